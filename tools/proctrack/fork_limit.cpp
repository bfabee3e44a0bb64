#include "fork_limit.hpp"

#include <algorithm>

namespace longhaul::proctrack {
namespace {

constexpr std::chrono::milliseconds between_looks{1};
// A fork is given up that shows in no other way: its process came and went while its parent was busy.
constexpr std::chrono::seconds longest_fork{5};

}  // namespace

void ForkLimit::receive() {
  while (const auto request = gate_.next()) {
    waiting_.push_back(*request);
    // Who asks again has finished the fork before.
    std::erase_if(pending_, [&](const Pending& fork) { return fork.asker == request->pid; });
  }
}

std::optional<core::Moment> ForkLimit::answer(core::Moment now) {
  receive();
  while (!waiting_.empty()) {
    const auto& request = waiting_.front();
    switch (decide(now)) {
      case Answer::wait: return now + between_looks;
      case Answer::allow:
        pending_.push_back({request.pid, sys::ticks_since_boot(), now});
        gate_.allow(request);
        ++at_most_now_;
        ++allowed_;
        break;
      case Answer::deny:
        gate_.deny(request);
        ++denied_;
        break;
    }
    waiting_.pop_front();
  }
  return std::nullopt;
}

ForkLimit::Answer ForkLimit::decide(core::Moment now) {
  if (refuse_all_) return Answer::deny;
  if (at_most_now_ < most_) return Answer::allow;
  const auto members = members_();
  std::erase_if(pending_, [&](const Pending& fork) {
    return has_come(fork, members) || fork.since + longest_fork < now;
  });
  const auto living = static_cast<std::uint64_t>(
      std::ranges::count_if(members, [](const auto& member) { return !member.has_ended(); }));
  at_most_now_ = living + pending_.size();
  if (at_most_now_ < most_) return Answer::allow;
  return living < most_ ? Answer::wait : Answer::deny;
}

// While a thread forks it runs (R), or waits in the kernel (D); as soon as it sleeps, it has forked.
bool ForkLimit::has_come(const Pending& fork, const std::vector<sys::ProcessStat>& members) const {
  const auto asker = table_.read(fork.asker);
  if (!asker || (asker->state != 'R' && asker->state != 'D')) return true;
  const pid_t parent = table_.process_of(fork.asker).value_or(fork.asker);
  return std::ranges::any_of(members, [&](const sys::ProcessStat& member) {
    return member.parent == parent && member.id.start >= fork.ticks;
  });
}

}  // namespace longhaul::proctrack
