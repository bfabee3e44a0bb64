#include "sys/signal_queue.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace longhaul::sys {

SignalQueue::SignalQueue(std::initializer_list<int> signals) {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int signal : signals) {
    // A blocked signal is queued even where it is ignored.
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_IGN)
      ::sigaddset(&wanted, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &wanted, &saved_mask_);
  queue_.reset(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!queue_) throw core::Error{"signalfd", core::reason_of(errno)};
}

SignalQueue::~SignalQueue() { ::pthread_sigmask(SIG_SETMASK, &saved_mask_, nullptr); }

std::optional<QueuedSignal> SignalQueue::take() {
  signalfd_siginfo info{};
  if (::read(queue_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return QueuedSignal{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
}

std::optional<int> SignalQueue::next() {
  const auto signal = take();
  return signal ? std::optional{signal->number} : std::nullopt;
}

}  // namespace longhaul::sys
