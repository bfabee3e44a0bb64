#include "sys/signals.hpp"

#include <cerrno>

namespace longhaul::sys {
namespace {

// Read by the handler: the child that signals are passed on to, 0 for none.
volatile pid_t forward_to = 0;

struct IgnoredSignal {
  int number;
  struct sigaction at_start {};
  bool is_ignored = false;
};

std::array<IgnoredSignal, 2> write_signals{{{.number = SIGPIPE}, {.number = SIGXFSZ}}};

void pass_on(int signal, siginfo_t* info, void* /*context*/) {
  const int saved_errno = errno;
  if (forward_to > 0 && info->si_code != SI_KERNEL) ::kill(forward_to, signal);
  errno = saved_errno;
}

}  // namespace

void ignore_write_signals() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (IgnoredSignal& signal : write_signals)
    signal.is_ignored = ::sigaction(signal.number, &ignore, &signal.at_start) == 0;
}

void restore_write_signals() {
  for (const IgnoredSignal& signal : write_signals) {
    if (signal.is_ignored) ::sigaction(signal.number, &signal.at_start, nullptr);
  }
}

SignalForwarding::SignalForwarding() {
  sigset_t blocked;
  ::sigemptyset(&blocked);
  for (const int signal : forwarded) ::sigaddset(&blocked, signal);
  ::sigprocmask(SIG_BLOCK, &blocked, &saved_mask_);
  for (std::size_t i = 0; i < forwarded.size(); ++i) ::sigaction(forwarded[i], nullptr, &saved_actions_[i]);
}

void SignalForwarding::follow(pid_t child) {
  forward_to = child;
  struct sigaction action {};
  action.sa_sigaction = pass_on;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (std::size_t i = 0; i < forwarded.size(); ++i) {
    if (saved_actions_[i].sa_handler != SIG_IGN) ::sigaction(forwarded[i], &action, nullptr);
  }
  ::sigprocmask(SIG_SETMASK, &saved_mask_, nullptr);
}

void SignalForwarding::stop() { forward_to = 0; }

SignalForwarding::~SignalForwarding() {
  stop();
  for (std::size_t i = 0; i < forwarded.size(); ++i) ::sigaction(forwarded[i], &saved_actions_[i], nullptr);
  ::sigprocmask(SIG_SETMASK, &saved_mask_, nullptr);
}

}  // namespace longhaul::sys
