#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "sys/signals.hpp"

namespace longhaul::sys {

enum class Stream { out, err };

// What a command's stdout and stderr are joined to: two pipes, or one that keeps the order of the two.
enum class Pipes { separate, joined };

// A command started with its output in pipes; stdin, directory and environment are this process's own.
// From its start to its end signals are passed on to it (SignalForwarding). One at a time. SIGCHLD has its
// default action from here on.
class Child {
 public:
  using Sink = std::function<void(Stream, std::string_view)>;

  // The command has at least one word. Throws Error{command[0], ...} with Exit::not_found, not_executable or
  // wrapper_failed.
  static Child start(std::span<const std::string> command, Pipes pipes);

  Child(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(Child&&) = delete;
  Child& operator=(const Child&) = delete;
  // A child that was not waited for is left to run.
  ~Child() = default;

  [[nodiscard]] pid_t pid() const { return pid_; }

  // Gives the sink all that the command writes, in pieces that end anywhere; from joined pipes it is all
  // Stream::out. A sink that throws ends the reading: the command is then left to run, without a reader.
  // Returns when both pipes were closed. A background process may hold them open after the command ended:
  // then it returns once they have been read empty and `linger` has passed since that end.
  void read_output(const Sink& sink, std::chrono::milliseconds linger = default_linger);

  // Waits for the end and returns the exit status: the command's own, or 128 + the signal that ended it.
  // Call it after read_output: a command whose pipe is full and not read never ends.
  int wait();

  static constexpr std::chrono::milliseconds default_linger{100};

 private:
  Child(std::span<const std::string> command, Pipes pipes);

  [[nodiscard]] bool has_ended() const;

  SignalForwarding forwarding_;
  core::Fd out_;
  core::Fd err_;
  core::Fd process_;  // a pidfd, readable once the command has ended; none where the kernel has no such thing
  pid_t pid_ = -1;
};

}  // namespace longhaul::sys
