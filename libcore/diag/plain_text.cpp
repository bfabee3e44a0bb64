#include "diag/plain_text.hpp"

#include <algorithm>

#include "base/line_scan.hpp"

namespace longhaul::diag {
namespace {

constexpr char escape = '\x1b';
constexpr char bell = '\x07';

// Where the escape sequence that begins at `at` ends.
std::size_t skip_escape(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (end == text.size()) return end;
  const char kind = text[end++];
  if (kind == '[') {
    while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
    return end < text.size() ? end + 1 : end;
  }
  if (kind == ']') {
    while (end < text.size() && text[end] != bell && text[end] != escape) ++end;
    if (end < text.size() && text[end] == escape) ++end;
    return end < text.size() ? end + 1 : end;
  }
  if (kind == '(' || kind == ')') return end < text.size() ? end + 1 : end;
  return end;
}

// As a carriage return does: spinners stand in front of the line that follows them. Some go as far to the
// left as any line is wide: "[999D".
bool goes_to_column_one(std::string_view sequence) {
  constexpr std::size_t of_hundreds = 6;
  return sequence == "\x1b[G" || sequence == "\x1b[1G" ||
         (sequence.size() >= of_hundreds && sequence.back() == 'D');
}

std::string_view without_escapes(std::string_view line, std::string& scratch) {
  scratch.clear();
  std::size_t at = 0;
  bool overwrites = false;
  while (at < line.size()) {
    const std::size_t end = core::find_byte(line.data(), at, line.size(), escape);
    if (overwrites && end > at) {
      scratch.clear();
      overwrites = false;
    }
    scratch += line.substr(at, end - at);
    at = end < line.size() ? skip_escape(line, end) : end;
    overwrites = overwrites || goes_to_column_one(line.substr(end, at - end));
  }
  return scratch;
}

}  // namespace

std::string_view plain_text(std::string_view line, std::string& scratch) {
  if (!core::holds_either(line, escape, '\r')) return trim_end(line);
  if (line.find(escape) != std::string_view::npos) line = without_escapes(line, scratch);
  line = trim_end(line);
  if (const std::size_t overwritten = line.rfind('\r'); overwritten != std::string_view::npos)
    line.remove_prefix(overwritten + 1);
  return line;
}

}  // namespace longhaul::diag
