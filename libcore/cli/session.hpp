#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/about.hpp"

namespace longhaul::cli {

// Thrown out of print() and flush() to end the run; caught by run_tool, not by try_each.
struct ReaderGone {};
struct OutputFailed : core::Error {
  using Error::Error;
};

// One run of a tool: its messages, its checked output, and what they mean for the exit status.
class Session {
 public:
  Session(std::string_view tool, Role role) : tool_{tool}, role_{role} {}

  [[nodiscard]] std::string_view tool() const { return tool_; }

  // "tool: warning: subject: reason" on stderr; the status is not affected.
  void warn(std::string_view subject, std::string_view reason);

  // "tool: subject: reason" on stderr; the status is not affected: it says the same in its own way.
  void complain(std::string_view subject, std::string_view reason);

  // A line on stderr as it is: what was asked for beside the output, such as figures.
  void note(std::string_view line);

  // From here on a message is lost where stderr does not take it at once: for a run that has to act in time,
  // whoever should read it.
  void never_wait_for_stderr() { waits_for_stderr_ = false; }

  // Runs the work; an Error is reported, makes trouble the final status, and the run goes on. False if it
  // failed.
  template <std::invocable Work>
  bool try_each(std::string_view subject, Work work) {
    try {
      work();
      return true;
    } catch (const OutputFailed&) {
      throw;
    } catch (const core::Error& error) {
      report(error.subject.empty() ? core::Error{subject, error.reason, error.exit} : error);
      return false;
    }
  }

  // Reports an error as "tool: subject: reason" and makes trouble the final status.
  void report(const core::Error& error);

  // Standard output, buffered; written at the latest when the run ends. A failed write ends the run of a
  // filter or gate by OutputFailed. Where the reader is gone (EPIPE), it ends quietly: at the end of the run
  // with the run's own status, in the midst of it by a ReaderGone, with 0. A wrapper reports the failure and
  // goes on without output, for the sake of its child: in one neither throws.
  void print(std::string_view text);
  void flush();

  // The run has this role from here on: that of a command, or that of a wrapper, whose trouble is 125 and
  // where the child's status stands.
  void take_role(Role role) { role_ = role; }

  // The status of the whole run, given what the run itself returned. In a filter and a gate trouble replaces
  // 0 and 1, and leaves what is worse; in a wrapper it replaces only 0, since the child's own status stands.
  [[nodiscard]] int final_status(core::Exit of_run) const;

  // The status of an error that ends the run: its own, or trouble in the role's way.
  [[nodiscard]] int status_of(const core::Error& error) const;

  // Flushes and closes standard output, where a full disk may show only now. Nothing is printed afterwards.
  void close_output();

 private:
  [[nodiscard]] core::Exit trouble() const;
  void say(std::string_view message) const;
  void write(std::string line) const;

  std::string_view tool_;
  Role role_;
  bool had_trouble_ = false;
  bool waits_for_stderr_ = true;
  bool output_lost_ =
      false;  // what is printed goes nowhere: the reader is gone, or a write failed and was reported
  std::string buffer_;
};

}  // namespace longhaul::cli
