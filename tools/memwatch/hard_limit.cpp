#include "hard_limit.hpp"

#include <unistd.h>

#include <string>

#include "base/error.hpp"

namespace longhaul::memwatch {
namespace {

sys::MemoryCgroup own_group() {
  const auto parent = sys::MemoryCgroup::own();
  auto group = parent ? parent->make("longhaul-memwatch-" + std::to_string(::getpid())) : std::nullopt;
  if (!group)
    throw core::Error{"--hard", "no control group with a memory limit can be made here (it needs root, or a "
                                "delegated group with the memory controller)"};
  return *group;
}

}  // namespace

HardLimit::HardLimit(const Settings& settings, const Target& target, const sys::MemoryTree& tree)
    : group_{target.group ? *target.group : own_group()} {
  if (!target.group) parent_ = sys::MemoryCgroup::own();
  former_limit_ = group_.own_limit();
  kills_before_ = group_.kills();
  const bool is_set = group_.set_limit(settings.budget);
  bool are_moved = is_set;
  if (is_set && parent_) {
    for (const auto& member : tree.members()) are_moved = group_.move_in(member.id.pid) && are_moved;
  }
  if (is_set && are_moved) return;
  if (parent_) {
    for (const auto& member : tree.members()) (void)parent_->move_in(member.id.pid);
    (void)group_.remove();
  }
  throw core::Error{"--hard", is_set ? "the processes may not be moved into a control group"
                                     : "the limit of " + group_.folder() + " cannot be set"};
}

HardLimit::~HardLimit() {
  if (!parent_) {
    constexpr std::uint64_t none = std::uint64_t{1} << 62U;
    (void)group_.set_limit(former_limit_.value_or(none));
    return;
  }
  for (const auto pid : group_.members()) (void)parent_->move_in(pid);
  (void)group_.remove();
}

}  // namespace longhaul::memwatch
