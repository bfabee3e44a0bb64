// A process of a pool that answers requests on its standard input and output.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/moment.hpp"

namespace longhaul::proctrack {

class Worker {
 public:
  // Starts it. It dies with this process. Throws Error where the command cannot be started.
  explicit Worker(std::span<const std::string> command);

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Gives it a request. With `last`, its input ends behind it.
  void give(std::string_view request, bool last, core::Moment now);
  // The pipe to write to; none where nothing is left to write.
  [[nodiscard]] int writing() const { return written_ == unwritten_.size() ? -1 : in_.get(); }
  // The pipe to read from; none once its output has ended.
  [[nodiscard]] int reading() const { return out_.get(); }
  // Writes what the pipe takes.
  void write_on();
  // Reads what is there.
  void read_on();
  // All that is there, when its process is gone: what it left running may hold the pipe open.
  void read_rest();
  // When its output ended; nothing while it has not.
  [[nodiscard]] std::optional<core::Moment> output_ended() const { return output_ended_; }

  // What it has printed and nobody took.
  std::string& printed() { return printed_; }
  // Where its first line ends; npos where it has not. What was looked at once is not looked at again.
  std::size_t line_end();
  // Bytes that are held for it.
  [[nodiscard]] std::size_t held() const { return unwritten_.size() - written_ + printed_.size(); }
  // The answer is taken: it is idle.
  void note_answer(core::Moment now);

  [[nodiscard]] bool is_busy() const { return is_busy_; }
  [[nodiscard]] core::Moment since() const { return since_; }  // busy, or idle
  [[nodiscard]] std::uint64_t answers() const { return answers_; }

  // Ends its input: a worker that keeps to the rules ends by that.
  void close_input() { in_.reset(); }
  // With all that descends from it. Its end is still to be waited for.
  void kill() const;
  // It was waited for: its number may be another's from here on.
  void note_end() { has_ended_ = true; }
  // Resident bytes, those of its descendants too.
  [[nodiscard]] std::uint64_t resident_bytes() const;

 private:
  core::Fd in_, out_;
  pid_t pid_ = -1;
  std::string unwritten_;
  std::size_t written_ = 0;  // of it
  bool last_ = false;
  std::string printed_;
  std::size_t searched_ = 0;  // of it, for a line's end
  bool is_busy_ = false;
  bool has_ended_ = false;
  std::optional<core::Moment> output_ended_;
  core::Moment since_;
  std::uint64_t answers_ = 0;
};

}  // namespace longhaul::proctrack
