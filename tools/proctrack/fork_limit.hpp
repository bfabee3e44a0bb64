// --max-procs with --on-limit deny: each fork of the scope is let through or refused.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "ending.hpp"
#include "sys/fork_gate.hpp"

namespace longhaul::proctrack {

class ForkLimit {
 public:
  ForkLimit(std::uint64_t most, Members members) : most_{most}, members_{std::move(members)} {}

  sys::ForkGate& gate() { return gate_; }

  // Answers those who ask. When to come again, where one has to wait for its answer.
  std::optional<core::Moment> answer(core::Moment now);
  void refuse_all() { refuse_all_ = true; }

  [[nodiscard]] std::uint64_t allowed() const { return allowed_; }
  [[nodiscard]] std::uint64_t denied() const { return denied_; }

 private:
  enum class Answer { allow, deny, wait };
  // A fork that was let through, and whose process may not be there yet: to copy a large one takes a while.
  struct Pending {
    pid_t asker = 0;          // a thread
    std::uint64_t ticks = 0;  // of the time it was let through, since boot
    core::Moment since{};
  };

  void receive();
  Answer decide(core::Moment now);
  [[nodiscard]] bool has_come(const Pending& fork, const std::vector<sys::ProcessStat>& members) const;

  std::uint64_t most_;
  Members members_;
  sys::ProcessTable table_;
  sys::ForkGate gate_;
  std::deque<sys::ForkGate::Request> waiting_;
  std::vector<Pending> pending_;
  std::uint64_t at_most_now_ = 1;  // an upper bound of the living: no need to count below the limit
  std::uint64_t allowed_ = 0;
  std::uint64_t denied_ = 0;
  bool refuse_all_ = false;
};

}  // namespace longhaul::proctrack
