// What a line looks like, whichever tool printed it.
#pragma once

#include <string>
#include <string_view>

#include "diag/tally.hpp"

namespace longhaul::diag {

// Blanks and tabs at the beginning.
std::size_t indent_of(std::string_view text);

// "SA1019" of "is deprecated (SA1019)": the one word in parentheses that a text ends with; empty where none
// is.
std::string_view last_in_parentheses(std::string_view text);

// A longer line is no heading.
inline constexpr std::size_t longest_heading = 1024;

// "     ^~~~~": the mark under quoted source. One blank or marker-only text.
bool is_caret_line(std::string_view text);
bool looks_like_path(std::string_view text);
// The class's name without its modules.
std::string_view class_name(std::string_view code);
// The file as its owner knows it: the notebook that "nb.ipynb:cell 2" is part of, and none of a compiler's
// temporary objects, whose names differ from run to run.
std::string_view own_file(std::string_view file);
// The file of a test that says its module: "test_a (tests.test_b.C.test_a)" is in tests/test_b.py. Empty
// where none is named.
std::string module_file(std::string_view test);
// "1 failed, 2 passed, 1 error", "1 failed | 3 passed (4)", or "failures=1, errors=2"
OwnTotal read_counts(std::string_view text);

}  // namespace longhaul::diag
