// A summary within a number of bytes: as JSON on one line, or as text for a person.
#pragma once

#include <cstdint>
#include <string>

#include "diag/summary.hpp"

namespace longhaul::diag {

// The smallest budget in which a record still says something.
inline constexpr std::uint64_t least_budget = 48;

// Both end with a line end and hold at most `max_bytes` bytes with it, 0 meaning no limit; a budget under
// least_budget is taken as that. What matters most is kept longest: what is wrong, how much, what to do; then
// codes by count, then the place of each, then directories.
std::string render_json(const Summary& summary, std::uint64_t max_bytes);
std::string render_text(const Summary& summary, std::uint64_t max_bytes);

}  // namespace longhaul::diag
