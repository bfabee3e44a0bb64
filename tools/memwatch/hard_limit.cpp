#include "hard_limit.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "base/error.hpp"

namespace longhaul::memwatch {
namespace {

// Inside of this process's own, or beside it: version 2 gives no controllers to groups inside of one that has
// processes itself.
sys::MemoryCgroup own_group() {
  const auto name = "longhaul-memwatch-" + std::to_string(::getpid());
  for (auto around = sys::MemoryCgroup::own(); around; around = around->parent()) {
    if (auto group = around->make(name)) return *group;
  }
  throw core::Error{"--hard", "no control group with a memory limit can be made here (it needs root, or a "
                              "delegated group with the memory controller)"};
}

}  // namespace

HardLimit::HardLimit(const Settings& settings, const Target& target, const sys::MemoryTree& tree)
    : group_{target.group ? *target.group : own_group()}, is_own_{!target.group}, first_{target.first.pid} {
  former_limit_ = group_.own_limit();
  kills_before_ = group_.kills();
  const bool is_set = group_.set_limit(settings.budget);
  bool are_moved = is_set;
  if (is_set && is_own_) {
    for (const auto& member : tree.members()) are_moved = move_in(member.id.pid) && are_moved;
  }
  events_ = group_.watch_limit();
  if (is_set && are_moved) return;
  if (is_own_) move_all_back();
  throw core::Error{"--hard", is_set ? "the processes may not be moved into a control group"
                                     : "the limit of " + group_.folder() + " cannot be set"};
}

bool HardLimit::move_in(pid_t pid) {
  const auto before = sys::MemoryCgroup::of(pid);
  if (!before) return true;  // it has ended
  if (before->folder() == group_.folder()) return true;
  before_.emplace(pid, *before);
  return group_.move_in(pid);
}

// A child goes where its job came from. Until nothing is left there: they fork meanwhile.
void HardLimit::move_all_back() {
  constexpr int most_rounds = 20;
  const auto own = sys::MemoryCgroup::own();
  for (int round = 0; round < most_rounds && !group_.remove(); ++round) {
    for (const auto pid : group_.members()) {
      auto before = before_.find(pid);
      if (before == before_.end()) before = before_.find(first_);
      const auto& back = before != before_.end() ? std::optional{before->second} : own;
      if (back) (void)back->move_in(pid);
    }
  }
}

void HardLimit::take_event() const {
  std::array<char, 512> ignored;
  if (::lseek(events_.get(), 0, SEEK_SET) != 0 && errno != ESPIPE)
    return;  // a file is read from its beginning
  (void)!::read(events_.get(), ignored.data(), ignored.size());
}

std::uint64_t HardLimit::kernel_kills() const {
  const auto kills = group_.kills();
  return kills - std::min(kills, kills_before_);
}

HardLimit::~HardLimit() {
  constexpr std::uint64_t none = std::uint64_t{1} << 62U;
  if (is_own_) {
    move_all_back();
  } else {
    (void)group_.set_limit(former_limit_.value_or(none));
  }
}

}  // namespace longhaul::memwatch
