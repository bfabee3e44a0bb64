#include "victim.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "base/error.hpp"

namespace longhaul::memwatch {

Protection::Protection(const std::vector<std::string>& patterns) {
  for (const auto& pattern : patterns) {
    RE2::Options options;
    options.set_log_errors(false);
    patterns_.push_back(std::make_unique<re2::RE2>(pattern, options));
    if (!patterns_.back()->ok()) throw core::Error{"--protect", patterns_.back()->error()};
  }
}

Protection::~Protection() = default;

bool Protection::covers(const sys::TreeMember& member) const {
  if (patterns_.empty()) return false;
  const std::string line = sys::ProcessTable{}.command_line(member.id.pid);
  return std::ranges::any_of(patterns_,
                             [&](const auto& pattern) { return RE2::PartialMatch(line, *pattern); });
}

std::optional<sys::ProcessId> choose_victim(std::span<const sys::TreeMember> members, const Choice& choice,
                                            const std::function<bool(const sys::TreeMember&)>& may) {
  const sys::TreeMember* best = nullptr;
  const sys::TreeMember* first = nullptr;
  std::uint64_t others = 0;
  const auto is_better = [&](const sys::TreeMember& one, const sys::TreeMember& other) {
    if (choice.order == VictimOrder::youngest) return other.id < one.id;
    return std::pair{one.proportional(), one.id.start} > std::pair{other.proportional(), other.id.start};
  };
  for (const auto& member : members) {
    const auto bytes = member.proportional();
    if (bytes <= choice.negligible || !may(member)) continue;
    if (member.id == choice.first) {
      first = &member;
      continue;
    }
    others += bytes;
    if (best == nullptr || is_better(member, *best)) best = &member;
  }
  const bool others_are_enough = choice.used < choice.enough + others;
  if (first != nullptr && (best == nullptr || !others_are_enough)) best = first;
  return best == nullptr ? std::nullopt : std::optional{best->id};
}

}  // namespace longhaul::memwatch
