#include "diag/shape.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/ascii.hpp"
#include "base/line_scan.hpp"

namespace longhaul::diag {
namespace {

using core::is_alnum;
using core::is_blank;
using core::is_digit;
using core::is_upper;
using core::lower;

// Reads digits from `at` on; returns where they end, `at` itself where there are none or too many to be a
// count.
std::size_t read_number(std::string_view line, std::size_t at, std::uint64_t& value) {
  value = 0;
  std::size_t end = at;
  while (end < line.size() && is_digit(line[end]))
    value = value * 10 + static_cast<unsigned>(line[end++] - '0');
  return end - at > 12 ? at : end;
}

struct SeverityWord {
  std::string_view word;
  Severity severity;
};
// Longer words first where one begins another.
constexpr SeverityWord severity_words[] = {
    {"fatal error", Severity::error}, {"error", Severity::error},         {"fatal", Severity::error},
    {"warning", Severity::warning},   {"convention", Severity::warning},  {"refactor", Severity::warning},
    {"style", Severity::warning},     {"performance", Severity::warning}, {"portability", Severity::warning},
    {"note", Severity::note},         {"information", Severity::note},    {"info", Severity::note},
    {"remark", Severity::note},       {"notice", Severity::note},         {"hint", Severity::note},
    {"help", Severity::note},
};

std::size_t read_severity(std::string_view line, std::size_t at, Severity& severity) {
  const char first = at < line.size() ? lower(line[at]) : ' ';
  for (const SeverityWord& known : severity_words) {
    const std::size_t end = at + known.word.size();
    if (known.word.front() != first || end > line.size()) continue;
    std::size_t same = 1;
    while (same < known.word.size() && lower(line[at + same]) == known.word[same]) ++same;
    if (same == known.word.size() && (end == line.size() || !is_alnum(line[end]))) {
      severity = known.severity;
      return end;
    }
  }
  return at;
}

// A class's name: it has a capital or a dot, or ends as Python's few lower-case ones do.
std::size_t read_exception(std::string_view line, std::size_t at) {
  const auto belongs = [](char c) {
    return is_alnum(c) || c == '_' || c == '.' || c == '<' || c == '>' || c == '$' || c == '\\' ||
           (c & 0x80) != 0;
  };
  std::size_t end = at;
  while (end < line.size() && belongs(line[end])) ++end;
  const std::string_view name = line.substr(at, end - at);
  const bool typical = std::any_of(name.begin(), name.end(), [](char c) { return is_upper(c) || c == '.'; });
  if (name.empty() || !(typical || name.ends_with("error"))) return at;
  return is_digit(name[0]) || name[0] == '.' || name[0] == '<' || name.back() == '.' ? at : end;
}

// Behind the characters from `at` on that are wanted.
template <class Wanted>
std::size_t take(std::string_view line, std::size_t at, Wanted&& wanted) {
  while (at < line.size() && wanted(line[at])) ++at;
  return at;
}
std::size_t take(std::string_view line, std::size_t at, const ByteSet& wanted) {
  return take(line, at, [&](char c) { return wanted.has(c); });
}

consteval ByteSet alnum_and(std::string_view others) {
  ByteSet bytes;
  bytes.add('0', '9');
  bytes.add('A', 'Z');
  bytes.add('a', 'z');
  for (const char c : others) bytes.add(c);
  return bytes;
}
constexpr ByteSet slug_start = alnum_and("@_");
constexpr ByteSet slug = alnum_and("-_@/.");
constexpr ByteSet compiler_option = alnum_and("-+=,_/#<>");
constexpr ByteSet lint_name = alnum_and("_-:");

// "F401", "TS2322" without a word around it.
std::size_t read_capitals(std::string_view line, std::size_t at) {
  const std::size_t letters = take(line, at, is_upper);
  const std::size_t end = take(line, letters, is_digit);
  const bool ends = end == line.size() || !(is_alnum(line[end]) || line[end] == '_');
  return letters - at >= 1 && letters - at <= 6 && end - letters >= 1 && end - letters <= 5 && ends ? end
                                                                                                    : at;
}

std::size_t read_errno_name(std::string_view line, std::size_t at) {
  if (line.substr(at, 1) != "E") return at;
  const std::size_t end = take(line, at, [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
  return end - at >= 4 && (end == line.size() || !is_alnum(line[end])) ? end : at;
}

std::size_t read_slug(std::string_view line, std::size_t at) {
  return at < line.size() && slug_start.has(line[at]) ? take(line, at, slug) : at;
}

// "eslint(no-undef)"
std::size_t read_call(std::string_view line, std::size_t at) {
  const std::size_t name = read_slug(line, at);
  if (name == at || line.substr(name, 1) != "(") return at;
  const std::size_t end = read_slug(line, name + 1);
  return end != name + 1 && line.substr(end, 1) == ")" ? end + 1 : at;
}

// "name[template]"
std::size_t read_rule(std::string_view line, std::size_t at) {
  const std::size_t name = read_slug(line, at);
  if (name == at || line.substr(name, 1) != "[") return name;
  const std::size_t end = read_slug(line, name + 1);
  return end != name + 1 && line.substr(end, 1) == "]" ? end + 1 : name;
}

std::size_t read_code(Shape::Class cls, std::string_view line, std::size_t at) {
  const auto behind = [&](std::string_view word) {
    return line.substr(at).starts_with(word) ? at + word.size() : at;
  };
  switch (cls) {
    case Shape::Class::capitals: return read_capitals(line, at);
    case Shape::Class::ts: {
      const std::size_t digits = behind("TS");
      const std::size_t end = take(line, digits, is_digit);
      return digits > at && end > digits ? end : at;
    }
    case Shape::Class::option:
      if (behind("-W") == at && behind("-f") == at) return at;
      return take(line, at, compiler_option);
    case Shape::Class::exception: return read_exception(line, at);
    case Shape::Class::report: return behind("report") == at ? at : take(line, at, is_alnum);
    case Shape::Class::errno_name: return read_errno_name(line, at);
    case Shape::Class::digits: return take(line, at, is_digit);
    case Shape::Class::lint: return take(line, at, lint_name);
    case Shape::Class::call: return read_call(line, at);
    case Shape::Class::rule: return read_rule(line, at);
    case Shape::Class::slug:
    default: return read_slug(line, at);
  }
}

constexpr std::string_view drivers[] = {"gcc",  "g++",      "cc", "c++",      "cc1",  "cc1plus", "cc1obj",
                                        "lto1", "collect2", "as", "gfortran", "f951", "cpp"};
constexpr std::string_view clangs[] = {"clang", "clang++", "clang-cl"};
constexpr std::string_view linkers[] = {"ld",  "ld.gold", "ld.bfd", "ld.lld",
                                        "lld", "gold",    "mold",   "ld.mold"};
constexpr std::string_view makes[] = {"make", "gmake", "mingw32-make"};

// "/usr/bin/x86_64-linux-gnu-gcc-12" is gcc, "make[2]" is make.
bool is_program(std::string_view word, std::span<const std::string_view> known) {
  if (const std::size_t slash = word.rfind('/'); slash != std::string_view::npos)
    word.remove_prefix(slash + 1);
  if (word.ends_with(']')) word = word.substr(0, std::min(word.find('['), word.size()));
  if (!word.empty() && (is_digit(word.back()) || word.back() == '.')) {
    const std::size_t version = word.find_last_not_of("0123456789.");
    if (version != std::string_view::npos && word[version] == '-') word = word.substr(0, version);
  }
  return std::any_of(known.begin(), known.end(), [&](std::string_view name) {
    if (word.size() < name.size() || word.back() != name.back() || !word.ends_with(name)) return false;
    return word.size() == name.size() || word[word.size() - name.size() - 1] == '-';
  });
}

// The name of a program of this class at `at`, ended by a colon; returns its end, or `at`.
std::size_t read_program(Shape::Class cls, std::string_view line, std::size_t at) {
  constexpr std::size_t longest = 128;
  const std::size_t end =
      take(line.substr(0, at + longest + 1), at, [](char c) { return c != ':' && !is_blank(c); });
  std::span<const std::string_view> known{makes};
  if (cls == Shape::Class::driver) known = drivers;
  if (cls == Shape::Class::clang) known = clangs;
  if (cls == Shape::Class::linker) known = linkers;
  return end - at <= longest && is_program(line.substr(at, end - at), known) ? end : at;
}

std::size_t read_hexadecimal(std::string_view line, std::size_t at, std::uint64_t& value) {
  std::size_t end = at;
  for (value = 0; end < line.size() && end - at < 8; ++end) {
    const char c = lower(line[end]);
    if (!is_digit(c) && !(c >= 'a' && c <= 'f')) break;
    value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'a' + 10);
  }
  return end;
}

bool is_path(std::string_view text, Shape::Class cls) {
  if (text.empty() || text.size() > 1024 || is_blank(text.front()) || is_blank(text.back())) return false;
  return cls == Shape::Class::any_path || text.find(": ") == std::string_view::npos;
}

// Literals are short: comparing bytes here costs less than a call.
inline bool stands_at(std::string_view line, std::size_t at, std::string_view wanted) {
  if (line.size() - at < wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (line[at + i] != wanted[i]) return false;
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

// ":12", ":12:5", "(12)" or "(12,5)" at `at`, and what follows is not more of a word.
bool read_position(std::string_view text, std::size_t at, LineHead& head) {
  using enum LineHead::Kind;
  const bool parens = text[at] == '(';
  std::uint64_t line_number = 0;
  std::uint64_t column_number = 0;
  std::size_t end = read_number(text, at + 1, line_number);
  if (end == at + 1 || end == text.size()) return false;
  bool has_column = false;
  if (text[end] == (parens ? ',' : ':')) {
    const std::size_t column_end = read_number(text, end + 1, column_number);
    has_column = column_end > end + 1;
    if (has_column) end = column_end;
  }
  // "page(1).ts" is a name: behind a position stands a colon or a blank.
  const bool closes = parens && text.substr(end, 1) == ")" &&
                      (end + 1 == text.size() || text[end + 1] == ':' || is_blank(text[end + 1]));
  if (parens ? !closes : (end < text.size() && is_alnum(text[end]))) return false;
  head.kind = parens ? (has_column ? parens_line_column : parens_line)
                     : (has_column ? line_column : LineHead::Kind::line);
  head.line = static_cast<std::uint32_t>(line_number);
  head.column = static_cast<std::uint32_t>(column_number);
  head.end = end;
  return true;
}

// Where the text stands last at or before `from`, as rfind says it: by its first byte that is no blank, which
// is rarer and found many bytes at a time.
std::size_t find_last(std::string_view line, std::string_view text, std::size_t from) {
  if (text.empty() || text.size() > line.size()) return line.rfind(text, from);
  const std::size_t anchor = std::min(text.find_first_not_of(' '), text.size() - 1);
  std::size_t end = std::min(from, line.size() - text.size()) + anchor + 1;
  while (const void* found = ::memrchr(line.data(), text[anchor], end)) {
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - line.data());
    if (at < anchor) break;
    if (line.substr(at - anchor, text.size()) == text) return at - anchor;
    end = at;
  }
  return std::string_view::npos;
}

}  // namespace

LineHead find_line_head(std::string_view text) {
  LineHead head;
  if (text.empty() || is_blank(text.front())) return head;
  const std::size_t limit = std::min<std::size_t>(text.size(), 1024);
  for (std::size_t at = 1; at + 1 < limit; ++at) {
    const char c = text[at];
    if (c != ':' && c != '(') continue;
    if (c == ':' && text[at + 1] == ' ') break;  // a path holds no ": "
    if (!is_digit(text[at + 1])) continue;
    if (read_position(text, at, head)) {
      head.file = text.substr(0, at);
      if (is_blank(head.file.back())) head.kind = LineHead::Kind::none;
      break;
    }
  }
  return head;
}

bool Shape::match(std::string_view line, const LineHead& head, Fields& out) const {
  if (head_ == LineHead::Kind::none && tokens_[0].field == Field::literal &&
      !stands_at(line, 0, piece(tokens_[0])))
    return false;
  out = Fields{};
  if (head_ == LineHead::Kind::none) return match_from(0, line, 0, out);
  if (head_ != head.kind || !match_from(head_tokens_, line, head.end, out)) return false;
  out.file = head.file;
  out.line = head.line;
  out.column = head.column;
  out.capture(Field::file);
  out.capture(Field::line);
  return true;
}

bool Shape::match_from(std::size_t token, std::string_view line, std::size_t at, Fields& out) const {
  for (; token < size_; ++token) {
    const Token& now = tokens_[token];
    switch (now.field) {
      case Field::literal:
        if (!stands_at(line, at, piece(now))) return false;
        at += now.length;
        break;
      case Field::optional:
      case Field::fix:
        if (stands_at(line, at, piece(now)) && match_with_optional(token, line, at, out)) return true;
        break;
      case Field::file:
      case Field::message:
      case Field::counts:
      case Field::rest: return match_text(token, line, at, out);
      case Field::name:
        if (now.cls == Class::any) return match_text(token, line, at, out);
        [[fallthrough]];
      default:
        if (!read(now, line, at, out)) return false;
    }
  }
  return at == line.size();
}

// The rest of the line with the optional text at `at`; leaves `out` alone where it does not match.
bool Shape::match_with_optional(std::size_t token, std::string_view line, std::size_t at, Fields& out) const {
  const Token& now = tokens_[token];
  const Fields before = out;
  if (!match_from(token + 1, line, at + now.length, out)) {
    out = before;
    return false;
  }
  if (now.field == Field::fix) out.fix = true;
  return true;
}

// Reads a field whose end does not depend on what follows it, and moves `at` behind it.
bool Shape::read(const Token& now, std::string_view line, std::size_t& at, Fields& out) const {
  const std::size_t start = at;
  switch (now.field) {
    case Field::blanks:
    case Field::maybe_blanks:
      while (at < line.size() && is_blank(line[at])) ++at;
      return at > start || now.field == Field::maybe_blanks;
    case Field::run:
      while (stands_at(line, at, piece(now))) at += now.length;
      return at > start;
    case Field::word:
      if (now.cls != Class::any)
        at = read_program(now.cls, line, at);
      else
        while (at < line.size() && !is_blank(line[at])) ++at;
      return at > start;
    case Field::severity: at = read_severity(line, at, out.severity); break;
    case Field::code:
    case Field::name:
      at = read_code(now.cls, line, at);
      (now.field == Field::code ? out.code : out.name) = line.substr(start, at - start);
      break;
    default: {
      std::uint64_t value = 0;
      at = now.cls == Class::hex ? read_hexadecimal(line, at, value) : read_number(line, at, value);
      keep_number(now.field, value, out);
    }
  }
  if (at == start) return false;
  if (now.field < Field::number) out.capture(now.field);
  return true;
}

void Shape::keep_number(Field field, std::uint64_t value, Fields& out) {
  switch (field) {
    case Field::line: out.line = static_cast<std::uint32_t>(value); break;
    case Field::column: out.column = static_cast<std::uint32_t>(value); break;
    case Field::total: out.total = value; break;
    case Field::errors: out.errors = value; break;
    case Field::warnings: out.warnings = value; break;
    case Field::fixable: out.fixable += value; break;
    case Field::count: out.count = value; break;
    default: break;
  }
}

bool Shape::accept_text(std::size_t token, std::string_view line, std::size_t at, std::size_t end,
                        Fields& out) const {
  const Field field = tokens_[token].field;
  const std::string_view whole = line.substr(at, end - at);
  const std::string_view text = trim(whole);
  if (field == Field::file && !is_path(whole, tokens_[token].cls)) return false;
  if (field != Field::rest && text.empty()) return false;
  if (!match_from(token + 1, line, end, out)) return false;
  switch (field) {
    case Field::file: out.file = text; break;
    case Field::name: out.name = text; break;
    case Field::message: out.message = text; break;
    case Field::counts: out.counts = text; break;
    default: return true;
  }
  out.capture(field);
  return true;
}

// A field of free text ends where the rest of the shape matches: at the first such place for paths and names,
// at the last for messages, whose code stands at the end of the line. Literal text that follows tells which
// places to look at.
bool Shape::match_text(std::size_t token, std::string_view line, std::size_t at, Fields& out) const {
  if (!stands_at(line, at, piece(tokens_[token]))) return false;
  if (token + 1 == size_) return accept_text(token, line, at, line.size(), out);
  const Token& next = tokens_[token + 1];
  const std::string_view stop = next.field == Field::literal ? piece(next) : std::string_view{};
  // Two such fields in a line of tens of thousands of bytes would take seconds.
  constexpr int most_places = 256;
  int places = 0;
  if (tokens_[token].field == Field::message) {
    for (std::size_t end = find_last(line, stop, line.size());
         end != std::string_view::npos && end >= at && ++places <= most_places;
         end = find_last(line, stop, end - 1)) {
      if (accept_text(token, line, at, end, out)) return true;
      if (end == 0) break;
    }
    return false;
  }
  for (std::size_t end = core::find_text(line, stop, at);
       end != std::string_view::npos && ++places <= most_places; end = core::find_text(line, stop, end + 1))
    if (accept_text(token, line, at, end, out)) return true;
  return false;
}

}  // namespace longhaul::diag
