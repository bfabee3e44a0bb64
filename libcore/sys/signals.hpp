#pragma once

#include <sys/types.h>

#include <array>
#include <csignal>

namespace longhaul::sys {

// A write to a closed pipe then fails with EPIPE, and one beyond the limit of a file's size (ulimit -f) with
// EFBIG: neither ends the process.
void ignore_write_signals();

// In a child, between fork and exec: gives SIGPIPE and SIGXFSZ back the meanings that they had when this
// process started.
void restore_write_signals();

// While one lives, the signals that ask a program for something (SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1,
// SIGUSR2) and reach this process are passed on to the child. A signal that was ignored at the start (nohup,
// a shell's background job) stays ignored, here and in the child. What the terminal sends is not passed on:
// it goes to the whole foreground group, the child too. One at a time.
class SignalForwarding {
 public:
  // Signals wait from here on, so that none is lost between the fork and follow().
  SignalForwarding();
  SignalForwarding(const SignalForwarding&) = delete;
  SignalForwarding& operator=(const SignalForwarding&) = delete;
  ~SignalForwarding();

  void follow(pid_t child);
  void stop();  // before the child is reaped: its number may then be another's

  // What a child is to start with.
  [[nodiscard]] const sigset_t& mask_at_start() const { return saved_mask_; }

 private:
  static constexpr std::array<int, 6> forwarded{SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

  std::array<struct sigaction, forwarded.size()> saved_actions_{};
  sigset_t saved_mask_{};
};

}  // namespace longhaul::sys
