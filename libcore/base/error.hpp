#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace longhaul::core {

// The exit statuses of all tools. A name says what happened; which names a tool uses follows from its role.
enum class Exit : int {
  // Filters and workers.
  ok = 0,       // done, nothing found
  finding = 1,  // done, and the answer is "no": errors found, limit passed, over budget
  trouble = 2,  // usage or I/O trouble

  // Gates: healthcheck, memwatch --once.
  warning = 1,
  critical = 2,
  unknown = 3,  // and trouble

  temp_failure = 75,  // try later: a locked database

  // Wrappers: otherwise the child's own status.
  timed_out = 124,
  wrapper_failed = 125,  // and trouble
  not_executable = 126,
  not_found = 127,
  signal_base = 128,  // plus the number of the signal that ended the child
};

// The status of what a signal has ended.
constexpr Exit ended_by(int signal) {
  return static_cast<Exit>(static_cast<int>(Exit::signal_base) + signal);
}

// What ends the run, caught once in cli::run_tool and shown as "tool: subject: reason".
// The reason is one line, lower case, without a full stop.
struct Error : std::exception {
  Error(std::string_view about, std::string_view why, std::optional<Exit> status = {});

  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }

  std::string subject;  // a file, an option, a command; empty where the tool itself is the subject
  std::string reason;
  std::optional<Exit> exit;  // empty: trouble, as the tool's role shows it
  std::string message;       // "subject: reason"
};

// The system's words for an errno value, starting in lower case.
std::string reason_of(int error_number);

}  // namespace longhaul::core
