#include "diag/line_prefix.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.hpp"

namespace longhaul::diag {
namespace {

using Kind = LinePrefix::Kind;

using core::is_digit;
using core::is_letter;

constexpr bool is_label(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '@' || c == '/';
}

// Whether `text` begins as `picture` does, in which 0 is any digit and A any letter.
bool pictured(std::string_view text, std::string_view picture) {
  if (text.size() < picture.size()) return false;
  for (std::size_t i = 0; i < picture.size(); ++i) {
    const char wanted = picture[i];
    const bool same = wanted == '0'   ? is_digit(text[i])
                      : wanted == 'A' ? is_letter(text[i])
                                      : text[i] == wanted;
    if (!same) return false;
  }
  return true;
}

struct Found {
  std::size_t length = 0;  // of the prefix with the blank behind it, 0 where there is none
  std::string_view label{};
};

// The blank that ends a prefix; the end of the line does too, where its text was empty.
std::size_t with_blank(std::string_view line, std::size_t end) {
  if (end == line.size()) return end;
  return line[end] == ' ' || line[end] == '\t' ? end + 1 : 0;
}

// "12:34:56", "12:34:56.789" from `at` on; returns its end, or 0.
std::size_t clock_end(std::string_view line, std::size_t at) {
  if (!pictured(line.substr(at), "00:00:00")) return 0;
  at += 8;
  if (at + 1 < line.size() && (line[at] == '.' || line[at] == ',') && is_digit(line[at + 1])) {
    ++at;
    while (at < line.size() && is_digit(line[at])) ++at;
  }
  return at;
}

Found find_clock(std::string_view line, bool dated) {
  std::size_t at = line.starts_with('[') ? 1 : 0;
  const bool bracket = at == 1;
  if (dated) {
    const std::string_view rest = line.substr(at);
    if (!pictured(rest, "0000-00-00T") && !pictured(rest, "0000-00-00 ") && !pictured(rest, "0000/00/00 "))
      return {};
    at += 11;
  }
  at = clock_end(line, at);
  if (at == 0) return {};
  if (at < line.size() && line[at] == 'Z')
    ++at;
  else if (pictured(line.substr(at), "+00:00") || pictured(line.substr(at), "-00:00"))
    at += 6;
  else if (pictured(line.substr(at), "+0000") || pictured(line.substr(at), "-0000"))
    at += 5;
  if (bracket && (at == line.size() || line[at++] != ']')) return {};
  // GitLab names the stream behind its time stamp: "00O ", "01E+"
  const std::string_view rest = line.substr(at);
  if (dated && (pictured(rest, " 00O") || pictured(rest, " 00E"))) {
    at += 4;
    if (at < line.size() && line[at] == '+') return {at + 1};
  }
  return {with_blank(line, at)};
}

// "Nov 24 05:22:00 host name[12]: "
Found find_syslog(std::string_view line) {
  if (!pictured(line, "AAA 00 00:00:00 ") && !pictured(line, "AAA  0 00:00:00 ")) return {};
  const std::size_t host = line.find(' ', 16);
  if (host == std::string_view::npos) return {};
  const std::size_t colon = line.find(": ", host);
  if (colon == std::string_view::npos || colon - host > 64) return {};
  return {colon + 2, line.substr(16, colon - 16)};
}

// "web_1  | text"
Found find_pipe_label(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && at < 64 && is_label(line[at])) ++at;
  if (at < 2 || !(is_letter(line[0]) || line[0] == '@')) return {};
  const std::string_view label = line.substr(0, at);
  while (at < line.size() && line[at] == ' ') ++at;
  if (at == label.size() || at == line.size() || line[at] != '|') return {};
  return {with_blank(line, at + 1), label};
}

// "Nov 24 05:22:00 text", as ts writes it
Found find_month_clock(std::string_view line) {
  const bool dated = pictured(line, "AAA 00 00:00:00 ") || pictured(line, "AAA  0 00:00:00 ");
  return dated ? Found{16} : Found{};
}

// "INFO text", "ERROR: text", "[WARN] - text": what a logger writes behind its time stamp, or alone in
// brackets
Found find_level(std::string_view line, bool bracketed) {
  constexpr std::array<std::string_view, 9> levels{"error", "warning", "warn",   "info",    "debug",
                                                   "fatal", "trace",   "notice", "critical"};
  if (line.starts_with('[') != bracketed) return {};
  const std::size_t begin = bracketed ? 1 : line.starts_with("- ") ? 2 : 0;
  std::size_t end = begin;
  std::string word;
  while (end < line.size() && is_letter(line[end]) && word.size() < 9) word += core::lower(line[end++]);
  if (std::ranges::find(levels, word) == levels.end()) return {};
  if (bracketed && (end == line.size() || line[end++] != ']')) return {};
  if (end < line.size() && line[end] == ':') ++end;
  if (line.substr(end).starts_with(" - ") || line.substr(end) == " -") end += 2;
  return {with_blank(line, end)};
}

// "[lint] text"
Found find_bracket_label(std::string_view line) {
  if (!line.starts_with('[') || find_level(line, true).length != 0) return {};
  const std::size_t close = line.find(']');
  if (close == std::string_view::npos || close < 2 || close > 40) return {};
  const std::string_view label = line.substr(1, close - 1);
  const bool plain =
      std::all_of(label.begin(), label.end(), [](char c) { return is_label(c) || c == ':' || c == ' '; });
  if (!plain || !(is_letter(label[0]) || is_digit(label[0]) || label[0] == '@')) return {};
  return {with_blank(line, close + 1), label};
}

// "job<TAB>step<TAB>2026-11-24T05:22:00.1234567Z text", as gh writes the logs of GitHub's runs
Found find_run_log(std::string_view line) {
  const std::size_t step = line.substr(0, 128).find('\t');
  if (step == std::string_view::npos || step == 0) return {};
  const std::size_t end = line.substr(0, 256).find('\t', step + 1);
  if (end == std::string_view::npos) return {};
  return pictured(line.substr(end + 1), "0000-00-00T") ? Found{end + 1, line.substr(0, end)} : Found{};
}

// "packages/a lint: text", as pnpm writes it; "remote: text" of a git server
Found find_package_label(std::string_view line) {
  if (line.starts_with("remote: ")) return {8, line.substr(0, 6)};
  std::size_t at = 0;
  while (at < line.size() && at < 64 && is_label(line[at])) ++at;
  if (at == 0 || at == line.size() || line[at] != ' ' ||
      line.substr(0, at).find('/') == std::string_view::npos)
    return {};
  const std::size_t script = ++at;
  while (at < line.size() && at < 96 && (is_label(line[at]) || line[at] == ':')) {
    if (line[at] == ':' && (at + 1 == line.size() || line[at + 1] == ' ')) break;
    if (line[at] == ':' && is_digit(line[at + 1])) return {};  // a position in a file
    ++at;
  }
  if (at == script || at == line.size() || line[at] != ':') return {};
  return {with_blank(line, at + 1), line.substr(0, at)};
}

// "web:lint: text", as turbo and others write it
Found find_task_label(std::string_view line) {
  std::size_t at = 0;
  std::size_t colons = 0;
  while (at < line.size() && at < 64 && (is_label(line[at]) || line[at] == ':')) {
    if (line[at] == ':') {
      if (at + 1 == line.size() || line[at + 1] == ' ') break;
      if (is_digit(line[at + 1])) return {};  // a position in a file
      ++colons;
    }
    ++at;
  }
  if (at == line.size() || line[at] != ':' || colons == 0 || !(is_letter(line[0]) || line[0] == '@'))
    return {};
  return {with_blank(line, at + 1), line.substr(0, at)};
}

// "#12 3.456 text", as BuildKit writes it
Found find_build_step(std::string_view line) {
  if (!line.starts_with('#')) return {};
  std::size_t at = 1;
  while (at < line.size() && is_digit(line[at])) ++at;
  if (at == 1 || at == line.size() || line[at] != ' ') return {};
  const std::string_view label = line.substr(0, at++);
  const std::size_t seconds = at;
  while (at < line.size() && (is_digit(line[at]) || line[at] == '.')) ++at;
  return at == seconds ? Found{} : Found{with_blank(line, at), label};
}

Found find(Kind kind, std::string_view line) {
  switch (kind) {
    case Kind::timestamp: return find_clock(line, true);
    case Kind::clock: return find_clock(line, false);
    case Kind::syslog: return find_syslog(line);
    case Kind::pipe_label: return find_pipe_label(line);
    case Kind::bracket_label: return find_bracket_label(line);
    case Kind::task_label: return find_task_label(line);
    case Kind::build_step: return find_build_step(line);
    case Kind::month_clock: return find_month_clock(line);
    case Kind::bracket_level: return find_level(line, true);
    case Kind::level: return find_level(line, false);
    case Kind::run_log: return find_run_log(line);
    case Kind::package_label: return find_package_label(line);
  }
  return {};
}

// Of two that as many lines have, the first.
constexpr Kind all_kinds[] = {Kind::timestamp,     Kind::clock,      Kind::syslog,        Kind::month_clock,
                              Kind::pipe_label,    Kind::run_log,    Kind::bracket_label, Kind::bracket_level,
                              Kind::package_label, Kind::task_label, Kind::build_step,    Kind::level};

std::size_t place_of(Kind kind) {
  return static_cast<std::size_t>(std::ranges::find(all_kinds, kind) - std::begin(all_kinds));
}

// sbt says with its levels what is an error and what a warning: they are no logger's.
bool is_sbts(std::string_view line) {
  constexpr std::string_view beginnings[] = {"[info] Loading ",        "[info] Set current project to ",
                                             "[info] Compiling ",      "[info] compiling ",
                                             "[info] welcome to sbt ", "[error] ("};
  return std::ranges::any_of(beginnings, [&](std::string_view begin) { return line.starts_with(begin); });
}

bool is_time(Kind kind) {
  return kind == Kind::timestamp || kind == Kind::clock || kind == Kind::month_clock;
}

}  // namespace

// A level alone may be the tool's own: "ERROR tests/a.py" is pytest's.
bool LinePrefix::may_stand_here(Kind kind) const {
  return kind != Kind::level || (!kinds_.empty() && is_time(kinds_.back()));
}

void LinePrefix::learn(std::span<const std::string_view> lines) {
  constexpr std::size_t deepest = 3;
  while (kinds_.size() < deepest) {
    std::array<std::size_t, std::size(all_kinds)> having{};
    std::size_t looked_at = 0;
    for (const std::string_view line : lines) {
      const std::string_view text = split(line).text;
      if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      ++looked_at;
      for (std::size_t i = 0; i < std::size(all_kinds); ++i) {
        if (may_stand_here(all_kinds[i]) && find(all_kinds[i], text).length != 0) ++having[i];
      }
    }
    if (std::ranges::any_of(lines, is_sbts)) having[place_of(Kind::bracket_level)] = 0;
    const auto most = std::max_element(having.begin(), having.end());
    if (*most == 0 || *most * 10 < looked_at * 8) return;
    kinds_.push_back(all_kinds[most - having.begin()]);
  }
}

std::string_view LinePrefix::without_date(std::string_view line) {
  const std::size_t digit = line.starts_with('[') ? 1 : 0;
  if (digit >= line.size() || !is_digit(line[digit])) return line;
  return line.substr(find_clock(line, true).length);
}

LinePrefix::Parts LinePrefix::split(std::string_view line) const {
  Parts parts{{}, line};
  for (const Kind kind : kinds_) {
    const Found found = find(kind, parts.text);
    if (found.length == 0) break;
    if (!found.label.empty()) parts.label = found.label;
    parts.text.remove_prefix(found.length);
  }
  return parts;
}

}  // namespace longhaul::diag
