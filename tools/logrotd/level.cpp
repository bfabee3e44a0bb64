#include "level.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/ascii.hpp"

namespace longhaul::logrotd {
namespace {

struct Name {
  std::string_view text;
  Level level;
};
constexpr Name names[] = {
    {"trace", Level::trace},      {"silly", Level::trace},     {"verbose", Level::debug},
    {"debug", Level::debug},      {"http", Level::debug},      {"info", Level::info},
    {"information", Level::info}, {"log", Level::info},        {"notice", Level::notice},
    {"warn", Level::warn},        {"warning", Level::warn},    {"error", Level::error},
    {"err", Level::error},        {"severe", Level::error},    {"crit", Level::fatal},
    {"critical", Level::fatal},   {"fatal", Level::fatal},     {"alert", Level::fatal},
    {"emerg", Level::fatal},      {"emergency", Level::fatal}, {"panic", Level::fatal},
};

// What numbers mean: pino and bunyan count in tens from 10, Python from 10 for debug, syslog down to 0.
enum class Numbers : std::uint8_t { tens, python, syslog };
struct Key {
  std::string_view text;
  Numbers numbers;
};
constexpr Key keys[] = {
    {"level", Numbers::tens},        {"severity", Numbers::syslog}, {"lvl", Numbers::tens},
    {"levelname", Numbers::python},  {"levelno", Numbers::python},  {"log.level", Numbers::tens},
    {"loglevel", Numbers::tens},     {"priority", Numbers::syslog}, {"PRIORITY", Numbers::syslog},
    {"severityText", Numbers::tens}, {"log_level", Numbers::tens},  {"levelName", Numbers::python},
};

static_assert(std::ranges::all_of(keys, [](const Key& key) {
  return key.text.size() <= longest_level_key && begins_level_key(key.text.front());
}));

const Key* find_key(std::string_view key) {
  for (const Key& each : keys)
    if (each.text.size() == key.size() && each.text.front() == key.front() && each.text == key) return &each;
  return nullptr;
}

Level of_tens(int number) {
  constexpr std::array levels{Level::trace, Level::trace, Level::debug, Level::info,
                              Level::warn,  Level::error, Level::fatal};
  return levels[static_cast<std::size_t>(std::clamp(number / 10, 0, 6))];
}

Level of_python(int number) {
  constexpr std::array levels{Level::trace, Level::debug, Level::info,
                              Level::warn,  Level::error, Level::fatal};
  return levels[static_cast<std::size_t>(std::clamp(number / 10, 0, 5))];
}

Level of_syslog(int number) {
  constexpr std::array levels{Level::fatal, Level::fatal,  Level::fatal, Level::error,
                              Level::warn,  Level::notice, Level::info,  Level::debug};
  return levels[static_cast<std::size_t>(std::clamp(number, 0, 7))];
}

Level of_number(Numbers numbers, int number) {
  if (numbers == Numbers::python) return of_python(number);
  // A logger that counts in tens has no level below 10, and syslog none above 7.
  return number < 10 ? of_syslog(number) : of_tens(number);
}

// Without the escapes that colour it, as winston writes them into JSON.
std::string_view uncoloured(std::string_view name) {
  for (const std::string_view escape : {"\\u001b[", "\\u001B["}) {
    if (!name.starts_with(escape)) continue;
    name.remove_prefix(std::min(name.find('m') + 1, name.size()));
    name = name.substr(0, name.find('\\'));
  }
  return name;
}

}  // namespace

std::string_view name_of(Level level) {
  constexpr std::string_view spelt[] = {"info", "trace", "debug", "info", "notice", "warn", "error", "fatal"};
  return spelt[static_cast<std::size_t>(level)];
}

Level level_named(std::string_view name) {
  std::array<char, 12> small{};
  if (name.size() > small.size()) return Level::unknown;
  std::ranges::transform(name, small.begin(), core::lower);
  const std::string_view wanted{small.data(), name.size()};
  const auto* const found = std::ranges::find(names, wanted, &Name::text);
  return found == std::end(names) ? Level::unknown : found->level;
}

bool names_level(std::string_view key) { return find_key(key) != nullptr; }

std::optional<Level> level_of(std::string_view key, std::string_view value) {
  const Key* const known = find_key(key);
  if (known == nullptr || value.empty()) return std::nullopt;
  if (value.size() >= 2 && value.front() == '"') {
    value = uncoloured(value.substr(1, value.size() - 2));
    const Level level = level_named(value);
    if (level != Level::unknown) return level;
  }
  int number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc{} || number < 0) return std::nullopt;
  return of_number(known->numbers, number);
}

namespace {

bool is_time_byte(char c) {
  return core::is_digit(c) || std::string_view{"-:.,/+TZ"}.find(c) != std::string_view::npos;
}

// "level=info msg=…": the line begins with a key, and what stands in quotes is text.
Level level_of_pairs(std::string_view line) {
  Level gravest = Level::unknown;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t equals = line.find_first_of("= ", at);
    if (equals == std::string_view::npos || line[equals] == ' ') {
      if (equals == std::string_view::npos) break;
      at = equals + 1;
      continue;
    }
    const std::string_view key = line.substr(at, equals - at);
    std::size_t begin = equals + 1;
    const bool quoted = begin < line.size() && line[begin] == '"';
    if (quoted) ++begin;
    const std::size_t end = std::min(line.find(quoted ? '"' : ' ', begin), line.size());
    if (names_level(key)) gravest = std::max(gravest, level_named(line.substr(begin, end - begin)));
    at = std::min(end + 1, line.size());
  }
  return gravest;
}

// "<7>text", the priority of syslog: its lowest three bits are the severity.
Level level_of_priority(std::string_view line) {
  int number = 0;
  const auto read = std::from_chars(line.data() + 1, line.data() + line.size(), number);
  if (read.ec != std::errc{} || read.ptr == line.data() + line.size() || *read.ptr != '>')
    return Level::unknown;
  return of_syslog(number % 8);
}

}  // namespace

// A word in the text is not a level: one stands at the line's beginning, behind its time stamp, or in
// brackets there.
Level level_of_line(std::string_view line) {
  constexpr std::size_t looked_at = 160;
  line = line.substr(0, looked_at);
  if (line.starts_with('<')) return level_of_priority(line);
  if (const std::size_t first = line.find_first_of("= ");
      first != std::string_view::npos && first > 0 && line[first] == '=')
    return level_of_pairs(line);
  Level gravest = Level::unknown;
  bool joint = true;  // before the word stands the line's beginning or a dash
  for (std::size_t at = 0, words = 0; at < line.size() && words < 4;) {
    const std::size_t end = std::min(line.find_first_of(" \t|", at), line.size());
    std::string_view word = line.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (std::ranges::all_of(word, is_time_byte)) {
      joint = joint || word == "-";
      continue;
    }
    const bool bracketed = word.front() == '[' || word.front() == '(';
    if (bracketed) word = word.substr(1, word.find_first_of("])") - 1);
    const bool marked = bracketed || word.ends_with(':');
    if (word.ends_with(':')) word.remove_suffix(1);
    const bool stands_out = marked || (joint && std::ranges::all_of(word, core::is_upper));
    const Level level = stands_out ? level_named(word) : Level::unknown;
    joint = bracketed;
    gravest = std::max(gravest, level);
    // Behind the level, and behind a first word that is none, comes text; brackets may stand before it.
    if (!bracketed && level != Level::unknown) break;
    ++words;
  }
  return gravest;
}

}  // namespace longhaul::logrotd
