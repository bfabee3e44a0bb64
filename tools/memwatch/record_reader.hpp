// Reads a record that a watch wrote.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace longhaul::memwatch {

struct RecordLine {
  double time = 0;  // seconds since 1970
  std::string event;
  std::string state;   // of sample and state
  std::string action;  // of action
  std::optional<std::uint64_t> used;
  std::uint64_t budget = 0;
};

// Nothing for a line that is none of a record's: cut off, or of another program.
std::optional<RecordLine> parse_record_line(std::string_view line);

}  // namespace longhaul::memwatch
