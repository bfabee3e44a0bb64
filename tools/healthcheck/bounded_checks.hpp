// All checks, each within its time, whatever hangs.
//
// They are made by a child process, one after the other, and told through a pipe. One that does not answer in
// time is given up with the child, and the next child goes on behind it: a process that hangs in the kernel,
// on a disk that is gone, cannot be ended, and is not waited for.
#pragma once

#include <sys/types.h>

#include <span>
#include <vector>

#include "check.hpp"

namespace longhaul::healthcheck {

// Children that were given up, or have told all. In a watch they would stay as zombies.
class LeftChildren {
 public:
  void add(pid_t pid) { pids_.push_back(pid); }
  // Those that have ended, without waiting; the others are killed once more.
  void reap();
  [[nodiscard]] std::size_t count() const { return pids_.size(); }

 private:
  std::vector<pid_t> pids_;
};

// A reading for every target at least, in the order of the targets.
Readings make_checks(std::span<const Target> targets, const Context& context, LeftChildren& left);

}  // namespace longhaul::healthcheck
