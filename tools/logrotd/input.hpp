// Standard input, signals and time as one source of events.
#pragma once

#include <chrono>
#include <initializer_list>
#include <optional>
#include <span>

#include "sys/signal_queue.hpp"

namespace longhaul::logrotd {

enum class Event { readable, rotate, dump, stop, due };

class Input {
 public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  // Asks for a pipe that holds so much, where there is one: what the producer can write while we are busy.
  // The system may give less.
  explicit Input(int pipe_bytes);

  struct Came {
    Event event;
    std::size_t bytes = 0;  // read, 0 at the end of the input
  };
  // What comes first, the reading done. `not_now`: nothing may be read. After a signal that stops, what the
  // pipe holds at that moment is still read. Throws Error{"stdin", reason}.
  Came next(Deadline deadline, std::span<char> room, bool not_now);
  // Whether a signal has asked to stop by now.
  bool asked_to_stop() {
    while (signalled()) {
    }
    return stopped_by_.has_value();
  }

 private:
  Event wait(Deadline deadline, bool not_now);
  std::optional<Event> signalled();

  sys::SignalQueue signals_;
  std::optional<int> stopped_by_;
  std::size_t left_to_read_ = 0;  // looks at the pipe, after a signal to stop
  bool busy_ = false;             // the last read filled its room: more is likely to be there
};

Input::Deadline earliest(std::initializer_list<Input::Deadline> deadlines);

}  // namespace longhaul::logrotd
