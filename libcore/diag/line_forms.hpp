// What a line looks like, whichever tool printed it.
#pragma once

#include <string_view>

#include "diag/tally.hpp"

namespace longhaul::diag {

// A longer line is no heading.
inline constexpr std::size_t longest_heading = 1024;

// "     ^~~~~": the mark under quoted source. One blank or marker-only text.
bool is_caret_line(std::string_view text);
bool looks_like_path(std::string_view text);
// "1 failed, 2 passed, 1 error", "1 failed | 3 passed (4)", or "failures=1, errors=2"
OwnTotal read_counts(std::string_view text);

}  // namespace longhaul::diag
