// Line shapes: the small pattern language in which formats say how a tool's lines look.
//
//     "{file}:{line}:{column}: {code:A9} {fix:[*] }{message}"
//
// Text stands for itself; a field in braces captures. A shape is parsed when the program is compiled, so
// a malformed one does not build, and a tool with hundreds of shapes starts as fast as one with none (a
// regular expression costs about 20 microseconds each to prepare, ten times a whole run's budget).
//
//     {file}      a path: shortest text that lets the rest match; no leading blank, no ": " within
//     {file:any}  likewise, but it may hold ": "
//     {message}   longest text that lets the rest match        {rest}   anything, also nothing; not kept
//     {message:text}   likewise, where it begins with this text
//     {name}      shortest text that lets the rest match       {word}   a run of non-blanks; not kept
//     {line} {column} {total} {errors} {warnings} {fixable} {count} {number}     decimal digits
//     (two of {fixable} are added up)
//     {severity}  error, warning, note, … in any case          {counts} "1 failed, 2 passed", see Fields
//     {code:A9}   capitals then digits (F401)                  {code:slug}  no-unused-vars, @scope/rule
//     {code:-W}   a compiler option (-Wunused, -fpermissive)   {code:TS}    TS and digits (TS2322)
//     {code:Name} an exception class, modules allowed          {code:report} a pyright rule
//     {code:errno} ECONNREFUSED                {code:call} eslint(no-unused-vars)
//     {code:lint} clippy::approx_constant      {code:9}    decimal digits
//     {code:rule} no-changed-when, name[template]
//     {driver} {clang} {linker} {make}   the name of such a program, with its path; not kept
//     {offset}    hexadecimal digits, kept as the column
//     {?text}     the text, or nothing                         {fix:text}   likewise; marks the finding
//     fixable { }         one or more blanks     {~}  blanks or none    {*:=} a run of one character
//
// Shapes match a whole line, from which trailing blanks have been taken.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "diag/byte_set.hpp"
#include "diag/diagnostic.hpp"
#include "diag/pair_set.hpp"

namespace longhaul::diag {

// What stands at a place of a shape.
enum class Field : std::uint8_t {
  file,
  code,
  name,
  message,
  counts,
  total,
  errors,
  warnings,
  fixable,
  count,
  line,
  column,
  severity,
  // from here on nothing is kept
  number,
  rest,
  word,
  literal,
  optional,
  fix,
  blanks,
  maybe_blanks,
  run,
};

// What a shape captured. Views point into the line.
struct Fields {
  std::string_view file, code, name, message, counts;
  std::uint64_t total = 0, errors = 0, warnings = 0, fixable = 0, count = 0;
  std::uint32_t line = 0, column = 0;
  Severity severity = Severity::error;
  bool fix = false;
  std::uint16_t captured = 0;  // a bit for each Field

  bool has(Field field) const { return (captured >> static_cast<unsigned>(field) & 1U) != 0; }
  void capture(Field field) {
    captured = static_cast<std::uint16_t>(captured | 1U << static_cast<unsigned>(field));
  }
};

// A path with a position at the start of a line, found once and tried against every shape that begins so.
struct LineHead {
  enum class Kind : std::uint8_t { none, line_column, line, parens_line_column, parens_line };
  Kind kind = Kind::none;
  std::string_view file;
  std::uint32_t line = 0, column = 0;
  std::size_t end = 0;  // where the text after the position begins
};
inline constexpr std::size_t line_head_kinds = 5;
LineHead find_line_head(std::string_view text);

class Shape {
 public:
  enum class Class : std::uint8_t {
    any,
    capitals,
    slug,
    option,
    ts,
    exception,
    report,
    errno_name,
    call,
    lint,
    rule,
    digits,
    driver,
    clang,
    linker,
    make,
    hex,
    any_path
  };

  // NOLINTNEXTLINE(google-explicit-constructor): a table of formats reads better without the type's name
  consteval Shape(const char* text) : text_{text} {
    parse();
    find_head();
    find_start();
    find_end();
    find_needed();
  }

  // Whether the whole line has this shape; `out` is only meaningful where it has.
  bool match(std::string_view line, const LineHead& head, Fields& out) const;

  LineHead::Kind head() const { return head_; }
  // What the first byte that is no blank can be, of lines of this shape that begin with it, and of those that
  // begin with a blank. Only asked of shapes without a head.
  const ByteSet& at_margin() const { return at_margin_; }
  const ByteSet& indented() const { return indented_; }
  // What the last byte can be.
  const ByteSet& last() const { return last_; }
  // What its fixed text consists of.
  const PairSet& needed() const { return needed_; }
  std::string_view text() const { return text_; }

 private:
  struct Token {
    Field field{};
    Class cls{};
    std::uint8_t offset = 0, length = 0;  // of the text in text_, for literal, optional, fix, run
  };
  static constexpr std::size_t max_tokens = 24;

  consteval void add(Field field, Class cls, std::size_t offset, std::size_t length) {
    if (size_ == max_tokens || offset + length > 255) throw "shape too long";
    tokens_[size_++] = {field, cls, static_cast<std::uint8_t>(offset), static_cast<std::uint8_t>(length)};
  }
  consteval void parse();
  consteval void parse_field(std::size_t begin, std::size_t end);
  consteval void find_head();
  static consteval bool is_free_text(const Token& token);
  static consteval ByteSet first_of(const Token& token);
  static consteval ByteSet last_of(const Token& token);
  consteval void find_start();
  consteval void find_end();
  consteval void find_needed();
  consteval bool is_literal(std::size_t token, std::string_view wanted) const {
    return token < size_ && tokens_[token].field == Field::literal &&
           piece(tokens_[token]).starts_with(wanted);
  }
  constexpr std::string_view piece(const Token& token) const { return {text_ + token.offset, token.length}; }

  bool match_from(std::size_t token, std::string_view line, std::size_t at, Fields& out) const;
  bool match_with_optional(std::size_t token, std::string_view line, std::size_t at, Fields& out) const;
  bool read(const Token& now, std::string_view line, std::size_t& at, Fields& out) const;
  static void keep_number(Field field, std::uint64_t value, Fields& out);
  bool accept_text(std::size_t token, std::string_view line, std::size_t at, std::size_t end,
                   Fields& out) const;
  bool match_text(std::size_t token, std::string_view line, std::size_t at, Fields& out) const;

  const char* text_;
  std::array<Token, max_tokens> tokens_{};
  std::uint8_t size_ = 0;
  LineHead::Kind head_ = LineHead::Kind::none;
  ByteSet at_margin_, indented_, last_;
  PairSet needed_{};
  std::uint8_t head_tokens_ = 0;  // tokens that the head stands for
};

consteval void Shape::parse() {
  const std::string_view all{text_};
  std::size_t at = 0;
  while (at < all.size()) {
    if (all[at] == '{') {
      const std::size_t end = all.find('}', at);
      if (end == std::string_view::npos) throw "shape: a brace is not closed";
      parse_field(at + 1, end);
      at = end + 1;
    } else {
      const std::size_t end = std::min(all.find('{', at), all.size());
      add(Field::literal, Class::any, at, end - at);
      at = end;
    }
  }
}

consteval void Shape::parse_field(std::size_t begin, std::size_t end) {
  struct Name {
    std::string_view text;
    Field field;
    Class cls;
  };
  constexpr Name names[] = {
      {"file", Field::file, {}},
      {"file:any", Field::file, Class::any_path},
      {"message", Field::message, {}},
      {"name", Field::name, {}},
      {"rest", Field::rest, {}},
      {"word", Field::word, {}},
      {"line", Field::line, {}},
      {"column", Field::column, {}},
      {"total", Field::total, {}},
      {"errors", Field::errors, {}},
      {"warnings", Field::warnings, {}},
      {"fixable", Field::fixable, {}},
      {"count", Field::count, {}},
      {"number", Field::number, {}},
      {"severity", Field::severity, {}},
      {"counts", Field::counts, {}},
      {" ", Field::blanks, {}},
      {"~", Field::maybe_blanks, {}},
      {"code:A9", Field::code, Class::capitals},
      {"code:slug", Field::code, Class::slug},
      {"code:-W", Field::code, Class::option},
      {"code:TS", Field::code, Class::ts},
      {"code:Name", Field::code, Class::exception},
      {"code:report", Field::code, Class::report},
      {"code:errno", Field::code, Class::errno_name},
      {"code:call", Field::code, Class::call},
      {"code:lint", Field::code, Class::lint},
      {"code:rule", Field::code, Class::rule},
      {"code:9", Field::code, Class::digits},
      {"name:slug", Field::name, Class::slug},
      {"driver", Field::word, Class::driver},
      {"clang", Field::word, Class::clang},
      {"linker", Field::word, Class::linker},
      {"make", Field::word, Class::make},
      {"offset", Field::column, Class::hex},
  };
  const std::string_view field = std::string_view{text_}.substr(begin, end - begin);
  if (field.starts_with("?")) return add(Field::optional, Class::any, begin + 1, end - begin - 1);
  if (field.starts_with("fix:")) return add(Field::fix, Class::any, begin + 4, end - begin - 4);
  if (field.starts_with("message:")) return add(Field::message, Class::any, begin + 8, end - begin - 8);
  if (field.starts_with("*:") && field.size() > 2)
    return add(Field::run, Class::any, begin + 2, end - begin - 2);
  for (const Name& known : names)
    if (field == known.text) return add(known.field, known.cls, 0, 0);
  throw "shape: no such field";
}

consteval void Shape::find_head() {
  using enum LineHead::Kind;
  if (size_ < 4 || tokens_[0].field != Field::file || tokens_[2].field != Field::line) return;
  if (tokens_[0].cls == Class::any_path) return;
  const bool has_column = size_ > 4 && tokens_[4].field == Field::column;
  if (piece(tokens_[1]) == ":") {
    const bool colon = has_column && piece(tokens_[3]) == ":";
    head_ = colon ? line_column : LineHead::Kind::line;
    head_tokens_ = colon ? 5 : 3;
  } else if (piece(tokens_[1]) == "(") {
    const bool comma = has_column && piece(tokens_[3]) == "," && is_literal(5, ")");
    if (!comma && !is_literal(3, ")")) return;
    head_ = comma ? parens_line_column : parens_line;
    head_tokens_ = comma ? 5 : 3;  // the ")" stays part of the literal that follows
  }
}

consteval bool Shape::is_free_text(const Token& token) {
  const bool is_text =
      token.field == Field::message || token.field == Field::counts || token.field == Field::rest;
  return is_text || (token.field == Field::name && token.cls == Class::any);
}

// What a field other than literal text and blanks can begin with.
consteval ByteSet Shape::first_of(const Token& token) {
  ByteSet bytes;
  if (is_free_text(token) || token.field == Field::file || token.field == Field::word) {
    bytes.add(0, 255);
  } else if (token.field == Field::severity) {
    bytes.add('A', 'Z');
    bytes.add('a', 'z');
  } else if (token.cls == Class::capitals || token.cls == Class::ts) {
    bytes.add('A', 'Z');
  } else if (token.cls == Class::errno_name) {
    bytes.add('E');
  } else if (token.cls == Class::option) {
    bytes.add('-');
  } else if (token.cls == Class::report) {
    bytes.add('r');
  } else if (token.field == Field::code || token.field == Field::name) {
    bytes.add('0', '9');
    bytes.add('A', 'Z');
    bytes.add('a', 'z');
    bytes.add(0x80, 0xff);
    bytes.add('_');
    bytes.add('@');
  } else {
    bytes.add('0', '9');
    if (token.cls == Class::hex) bytes.add(0, 255);
  }
  return bytes;
}

// Likewise what it can end with.
consteval ByteSet Shape::last_of(const Token& token) {
  ByteSet bytes;
  const bool is_code = token.field == Field::code;
  const bool is_number = first_of(token).has('0') && !first_of(token).has('a');
  if (is_number || (is_code && (token.cls == Class::capitals || token.cls == Class::digits))) {
    bytes.add('0', '9');
  } else if (is_code && token.cls == Class::call) {
    bytes.add(')');
  } else {
    bytes.add(0, 255);
  }
  return bytes;
}

consteval void Shape::find_start() {
  bool margin = true, indent = false;  // whether what was passed so far may be nothing, and may be blanks
  for (std::size_t token = 0; token < size_; ++token) {
    const Token& now = tokens_[token];
    switch (now.field) {
      case Field::blanks: margin = false; [[fallthrough]];
      case Field::maybe_blanks: indent = true; continue;
      case Field::literal:
      case Field::run:
      case Field::optional:
      case Field::fix: {
        const bool must_be = now.field == Field::literal || now.field == Field::run;
        const std::string_view text = piece(now);
        const bool is_indent = text.front() == ' ' || text.front() == '\t';
        const std::size_t ink = std::min(text.find_first_not_of(" \t"), text.size());
        if (ink == text.size()) {
          margin = margin && !must_be;
          indent = true;
          continue;
        }
        if (margin && !is_indent) at_margin_.add(text[ink]);
        if (indent || is_indent) indented_.add(text[ink]);
        if (must_be) return;
        continue;
      }
      default: {
        const ByteSet first = first_of(now);
        if (margin) at_margin_.add(first);
        if (indent || is_free_text(now)) indented_.add(first);
        return;
      }
    }
  }
}

consteval void Shape::find_end() {
  for (std::size_t token = size_; token-- > 0;) {
    const Token& now = tokens_[token];
    switch (now.field) {
      case Field::literal:
      case Field::run: last_.add(piece(now).back()); return;
      case Field::optional:
      case Field::fix: last_.add(piece(now).back()); continue;
      case Field::blanks:
      case Field::maybe_blanks: continue;  // lines have none at their end
      default: last_.add(last_of(now)); return;
    }
  }
}

// A prefix of a message is fixed, too.
consteval void Shape::find_needed() {
  for (std::size_t token = 0; token < size_; ++token) {
    const Field field = tokens_[token].field;
    if (field == Field::literal || field == Field::message || field == Field::run)
      needed_.add(piece(tokens_[token]));
  }
}

}  // namespace longhaul::diag
