// Signals as input: what a loop waits for beside its other descriptors, with nothing done in a handler.
#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

#include "base/fd.hpp"

namespace longhaul::sys {

struct QueuedSignal {
  int number = 0;
  // Not sent by a process: the terminal's Ctrl-C, which the whole foreground group got, or a lost terminal.
  bool from_kernel = false;
};

// While one lives, its signals do nothing but wait here. Made before any thread, so that all threads leave
// them to it. A signal that was ignored at the start (nohup) stays ignored.
class SignalQueue {
 public:
  explicit SignalQueue(std::initializer_list<int> signals);
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;
  ~SignalQueue();

  // Readable while a signal waits.
  [[nodiscard]] int descriptor() const { return queue_.get(); }
  // Takes the next signal; nothing where none waits. The same one sent twice may come once.
  std::optional<QueuedSignal> take();
  // The same, where only its number matters.
  std::optional<int> next();
  // What a child is to start with.
  [[nodiscard]] const sigset_t& mask_at_start() const { return saved_mask_; }

 private:
  sigset_t saved_mask_{};
  core::Fd queue_;
};

}  // namespace longhaul::sys
