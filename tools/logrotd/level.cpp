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
  const bool syslog = number < 10 && (numbers == Numbers::syslog || number > 0);
  return syslog ? of_syslog(number) : of_tens(number);
}

}  // namespace

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
    const Level level = level_named(value.substr(1, value.size() - 2));
    return level == Level::unknown ? std::nullopt : std::optional{level};
  }
  int number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc{} || number < 0) return std::nullopt;
  return of_number(known->numbers, number);
}

Level level_of_line(std::string_view line) {
  constexpr std::size_t looked_at = 120;
  line = line.substr(0, looked_at);
  for (std::size_t at = 0; at < line.size();) {
    if (!core::is_letter(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    bool capitals = true;
    while (end < line.size() && core::is_letter(line[end])) capitals &= core::is_upper(line[end++]);
    const std::string_view word = line.substr(at, end - at);
    const char before = at == 0 ? ' ' : line[at - 1];
    const char after = end == line.size() ? ' ' : line[end];
    const bool marked = (before == '[' && after == ']') || (before == '=' || before == '<') || after == ':' ||
                        (capitals && (before == ' ' || before == '|' || before == '-' || before == '\t'));
    const bool in_name = core::is_digit(before) || core::is_digit(after) || before == '_' || after == '_';
    if (marked && !in_name)
      if (const Level level = level_named(word); level != Level::unknown) return level;
    at = end;
  }
  return Level::unknown;
}

}  // namespace longhaul::logrotd
