// Whether a line that no format knows speaks of something that went wrong, or went well.
#pragma once

#include <cstdint>
#include <string_view>

namespace longhaul::diag {

// Error: "error", "failed", "ValueError", "exit status 2", …; not "0 errors", nor a file named error.ts.
// Success: "Done", "ok", "0 errors", "passed".
enum class Outcome : std::uint8_t { none, error, success };

// By the first kilobyte of the line.
Outcome outcome_in(std::string_view line);

inline bool speaks_of_error(std::string_view line) { return outcome_in(line) == Outcome::error; }
inline bool speaks_of_success(std::string_view line) { return outcome_in(line) == Outcome::success; }

}  // namespace longhaul::diag
