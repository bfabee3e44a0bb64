// A process of a pool that answers requests on its standard input and output.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace longhaul::proctrack {

using Moment = std::chrono::steady_clock::time_point;

class Worker {
 public:
  // Starts it. It dies with this process. Throws Error where the command cannot be started.
  explicit Worker(std::span<const std::string> command);

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Gives it a request. With `last`, its input ends behind it.
  void give(std::string_view request, bool last, Moment now);
  // Not the time to write more, or nothing is left to write: no pipe.
  [[nodiscard]] int writing() const { return unwritten_.empty() ? -1 : in_.get(); }
  [[nodiscard]] int reading() const { return out_.get(); }
  // Writes what the pipe takes.
  void write_on();
  // Reads what is there. False at the end of its output.
  bool read_on();

  // What it has printed and nobody took.
  std::string& printed() { return printed_; }
  // The answer is taken: it is idle.
  void note_answer(Moment now);

  [[nodiscard]] bool is_busy() const { return is_busy_; }
  [[nodiscard]] Moment since() const { return since_; }  // busy, or idle
  [[nodiscard]] std::uint64_t answers() const { return answers_; }

  // Ends its input: a worker that keeps to the rules ends by that.
  void close_input() { in_.reset(); }
  // With all that descends from it; its end is still to be waited for.
  void kill() const;
  // Resident bytes, those of its descendants too.
  [[nodiscard]] std::uint64_t resident_bytes() const;

 private:
  core::Fd in_, out_;
  pid_t pid_ = -1;
  std::string unwritten_;
  bool last_ = false;
  std::string printed_;
  bool is_busy_ = false;
  Moment since_;
  std::uint64_t answers_ = 0;
};

}  // namespace longhaul::proctrack
