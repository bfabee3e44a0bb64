// Standard input, signals and time as one source of events.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>

#include "sys/signal_queue.hpp"

namespace longhaul::logrotd {

enum class Event { readable, rotate, dump, stop, due };

class Input {
 public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  // Asks for a pipe as large as the system gives one: the longer the producer can write while we are busy.
  Input();

  // What comes first. `not_now`: nothing may be read. After a signal that stops, what the pipe holds at that
  // moment is still readable.
  Event wait(Deadline deadline, bool not_now);
  // The signal that asked to stop.
  std::optional<int> stopped_by() const { return stopped_by_; }

 private:
  std::optional<Event> signalled();

  sys::SignalQueue signals_;
  std::optional<int> stopped_by_;
  std::size_t left_to_read_ = 0;  // looks at the pipe, after a signal to stop
};

Input::Deadline earliest(std::initializer_list<Input::Deadline> deadlines);

}  // namespace longhaul::logrotd
