// What a CI system, a container runtime, a task runner or a logger puts before every line: time stamps,
// "web_1  | ", "[task] ".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace longhaul::diag {

class LinePrefix {
 public:
  enum class Kind : std::uint8_t {
    timestamp,
    clock,
    month_clock,
    syslog,
    pipe_label,
    bracket_label,
    bracket_level,
    task_label,
    build_step,
    package_label,
    run_log,
    level
  };

  // Looks for a prefix that nearly all of these lines have, several where they are nested, and keeps what it
  // learned. One line is enough: a stream of one finding has its prefix too.
  void learn(std::span<const std::string_view> lines);
  bool known() const { return !kinds_.empty(); }

  struct Parts {
    std::string_view label;  // who wrote the line, empty where the prefix does not say
    std::string_view text;
  };
  // Splits off what was learned; a line without it is all text.
  Parts split(std::string_view line) const;
  // Without a date and a time that it begins with: those are no tool's, and one line of many may have them.
  static std::string_view without_date(std::string_view line);

 private:
  bool may_stand_here(Kind kind) const;

  std::vector<Kind> kinds_;  // outermost first
};

}  // namespace longhaul::diag
