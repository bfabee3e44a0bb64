#include "fork_limit.hpp"

namespace longhaul::proctrack {
namespace {

// A fork that was let through is a process by then, however slow the machine is: else it counts twice for a
// moment, and the next one waits.
constexpr std::chrono::milliseconds time_to_appear{5};

}  // namespace

std::optional<Moment> ForkLimit::answer(Moment now) {
  while (const auto request = gate_.next()) waiting_.push_back(*request);
  while (!fresh_.empty() && fresh_.front() + time_to_appear <= now) fresh_.pop_front();
  while (!waiting_.empty()) {
    switch (decide()) {
      case Answer::wait: return fresh_.front() + time_to_appear;
      case Answer::allow:
        gate_.allow(waiting_.front());
        fresh_.push_back(now);
        ++at_most_now_;
        ++allowed_;
        break;
      case Answer::deny:
        gate_.deny(waiting_.front());
        ++denied_;
        break;
    }
    waiting_.pop_front();
  }
  return std::nullopt;
}

ForkLimit::Answer ForkLimit::decide() {
  if (refuse_all_) return Answer::deny;
  if (at_most_now_ < most_) return Answer::allow;
  const auto living = count_living_();
  at_most_now_ = living + fresh_.size();
  if (at_most_now_ < most_) return Answer::allow;
  return living < most_ ? Answer::wait : Answer::deny;
}

}  // namespace longhaul::proctrack
