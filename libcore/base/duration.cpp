#include "base/duration.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/quantity.hpp"

namespace longhaul::core {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::array<Unit, 7> shown_units{{
    {"d", 24 * 3600 * second},
    {"h", 3600 * second},
    {"m", 60 * second},
    {"s", second},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
}};

std::optional<std::uint64_t> unit_nanoseconds(std::string_view name) {
  if (name == "w") return 7 * 24 * 3600 * second;
  if (name == "min") return 60 * second;
  for (const auto& unit : shown_units) {
    if (unit.name == name) return unit.nanoseconds;
  }
  return std::nullopt;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= 'a' && text[length] <= 'z') ++length;
  const auto letters = text.substr(0, length);
  text.remove_prefix(length);
  return letters;
}

Result<std::chrono::nanoseconds> not_a_duration(std::string_view text, std::string_view what) {
  return Result<std::chrono::nanoseconds>::failure("'" + std::string{text} + "' is " + std::string{what} +
                                                   " (accepted: 500ms, 30, 90s, 1h30m, 1.5h, 30d)");
}

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  constexpr auto highest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::string_view rest = text;
  std::uint64_t total = 0;
  do {
    const bool alone = rest.size() == text.size();
    const auto number = take_decimal(rest);
    if (!number) return not_a_duration(text, "not a duration");
    const auto name = take_letters(rest);
    const bool bare = name.empty() && rest.empty() && alone;
    const auto unit = bare ? std::optional{second} : unit_nanoseconds(name);
    if (!unit) return not_a_duration(text, "not a duration");
    const auto part = scale(*number, *unit);
    if (!part || *part > highest - total) return not_a_duration(text, "too long");
    total += *part;
  } while (!rest.empty());
  return std::chrono::nanoseconds{static_cast<std::int64_t>(total)};
}

std::string format_duration(std::chrono::nanoseconds duration) {
  if (duration.count() == 0) return "0s";
  std::string text = duration.count() < 0 ? "-" : "";
  auto left = duration.count() < 0 ? 0 - static_cast<std::uint64_t>(duration.count())
                                   : static_cast<std::uint64_t>(duration.count());
  int shown = 0;
  for (const auto& unit : shown_units) {
    const auto count = left / unit.nanoseconds;
    if (count != 0 || shown != 0) ++shown;
    if (count != 0) text.append(std::to_string(count)).append(unit.name);
    left %= unit.nanoseconds;
    if (shown == 2) break;
  }
  return text;
}

}  // namespace longhaul::core
