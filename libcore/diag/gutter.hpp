// Source quoted as rustc does it, behind line numbers and a bar. Most lines of a long linter output are of
// this kind, so this is the hottest code of the engine.
#pragma once

#include <string_view>

namespace longhaul::diag {

// "12 | source", "   | ^^^", "> 3 | source", "2 + source" (a change to it), "..." and "-----" (lines left
// out).
inline bool is_gutter(std::string_view text) {
  std::size_t at = text.starts_with("> ") ? 2 : 0;
  bool numbered = false;
  for (; at < text.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (!digit && text[at] != ' ') break;
    numbered |= digit;
  }
  if (at == text.size()) return false;
  if (text[at] == '|') return at > 0;
  if (text[at] == '+' || text[at] == '-') {
    if (at > 0) return (numbered || text[at] == '-') && (at + 1 == text.size() || text[at + 1] == ' ');
    return text.starts_with("---") && text.find_first_not_of('-') == std::string_view::npos;
  }
  return text.substr(at) == "...";
}

}  // namespace longhaul::diag
