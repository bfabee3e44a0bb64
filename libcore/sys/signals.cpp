#include "sys/signals.hpp"

#include <cerrno>

namespace longhaul::sys {
namespace {

// Read by the handler: the child that signals are passed on to, 0 for none.
volatile pid_t forward_to = 0;

struct sigaction broken_pipe_at_start {};
bool broken_pipe_ignored = false;

void pass_on(int signal, siginfo_t* info, void* /*context*/) {
  const int saved_errno = errno;
  if (forward_to > 0 && info->si_code != SI_KERNEL) ::kill(forward_to, signal);
  errno = saved_errno;
}

}  // namespace

void ignore_broken_pipe() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  broken_pipe_ignored = ::sigaction(SIGPIPE, &ignore, &broken_pipe_at_start) == 0;
}

void restore_broken_pipe() {
  if (broken_pipe_ignored) ::sigaction(SIGPIPE, &broken_pipe_at_start, nullptr);
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
