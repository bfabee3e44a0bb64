// vim's errorformat as regular expressions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longhaul::errsum {

struct ErrorFormat {
  std::string prefix;      // "E", "-G", "+C", …; empty for none
  std::string expression;  // RE2's, with the groups file, line, column, code, message and severity
  std::string shown;       // as it was written
};

// Those of one option: separated by commas. Throws Error{shown, reason} for what it does not have.
std::vector<ErrorFormat> parse_errorformats(std::string_view text);

}  // namespace longhaul::errsum
