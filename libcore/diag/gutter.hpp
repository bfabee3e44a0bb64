// Source quoted as rustc does it, behind line numbers and a bar. Most lines of a long linter output are of
// this kind, so this is the hottest code of the engine.
#pragma once

#include <string_view>

#include "base/line_scan.hpp"

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

inline constexpr std::size_t no_gutter = static_cast<std::size_t>(-1);

// Where the line at `begin` ends if it is source behind a gutter; no_gutter where it is not, or where its end
// is not there. The usual kind, "12 | source", is told from one look at the first bytes.
inline std::size_t gutter_line_end(const char* data, std::size_t begin, std::size_t end) {
#if defined(__SSE2__)
  if (end - begin >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + begin));
    const __m128i from_zero = _mm_sub_epi8(block, _mm_set1_epi8('0'));
    const __m128i digits = _mm_cmpeq_epi8(from_zero, _mm_min_epu8(from_zero, _mm_set1_epi8(9)));
    const __m128i margin = _mm_or_si128(digits, _mm_cmpeq_epi8(block, _mm_set1_epi8(' ')));
    const auto other = ~static_cast<unsigned>(_mm_movemask_epi8(margin));
    const auto width = static_cast<std::size_t>(std::countr_zero(other));
    if (width == 0 && data[begin] != '-' && data[begin] != '.' && data[begin] != '>') return no_gutter;
    const auto change = [&](char mark) {
      return data[begin + width] == mark && data[begin + width + 1] == ' ';
    };
    if (width > 0 && width < 15 && (data[begin + width] == '|' || change('-'))) {
      const std::size_t stop = core::find_line_end(data, begin, end);
      return stop < end ? stop : no_gutter;
    }
  }
#endif
  const std::size_t stop = core::find_line_end(data, begin, end);
  return stop < end && is_gutter({data + begin, stop - begin}) ? stop : no_gutter;
}

}  // namespace longhaul::diag
