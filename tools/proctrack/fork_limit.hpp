// --max-procs with --on-limit deny: each fork of the scope is let through or refused.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "ending.hpp"
#include "sys/fork_gate.hpp"

namespace longhaul::proctrack {

class ForkLimit {
 public:
  // `count_living` tells how many processes the scope has now.
  ForkLimit(std::uint64_t most, std::function<std::uint64_t()> count_living)
      : most_{most}, count_living_{std::move(count_living)} {}

  sys::ForkGate& gate() { return gate_; }

  // Answers those who ask. When to come again, where one has to wait for its answer.
  std::optional<Moment> answer(Moment now);
  void refuse_all() { refuse_all_ = true; }

  [[nodiscard]] std::uint64_t allowed() const { return allowed_; }
  [[nodiscard]] std::uint64_t denied() const { return denied_; }

 private:
  enum class Answer { allow, deny, wait };
  Answer decide();

  std::uint64_t most_;
  std::function<std::uint64_t()> count_living_;
  sys::ForkGate gate_;
  std::deque<sys::ForkGate::Request> waiting_;
  std::deque<Moment> fresh_;       // allowed a moment ago: the new process may not be there yet
  std::uint64_t at_most_now_ = 1;  // an upper bound of the living: no need to count below the limit
  std::uint64_t allowed_ = 0;
  std::uint64_t denied_ = 0;
  bool refuse_all_ = false;
};

}  // namespace longhaul::proctrack
