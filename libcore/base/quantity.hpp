#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/ascii.hpp"

// The number in front of a unit, exact: what sizes and durations share.
namespace longhaul::core {

struct Decimal {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;  // of scale: 25 of 100 for ".25"
  std::uint64_t scale = 1;

  [[nodiscard]] bool has_fraction() const { return scale != 1; }
};

constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// Takes "12" or "1.5" off the front of the text; nothing where there is no such number or it passes 64 bits.
// Digits past the ninth after the point are dropped.
constexpr std::optional<Decimal> take_decimal(std::string_view& text) {
  constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
  constexpr std::uint64_t finest = 1'000'000'000;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  Decimal number;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    if (number.whole > (highest - digit) / 10) return std::nullopt;
    number.whole = number.whole * 10 + digit;
  }
  if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) return number;
  text.remove_prefix(1);
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
    if (number.scale == finest) continue;
    number.fraction = number.fraction * 10 + static_cast<std::uint64_t>(text.front() - '0');
    number.scale *= 10;
  }
  return number;
}

// number * unit, rounded down; nothing where it passes 64 bits. The unit is below 2^63.
constexpr std::optional<std::uint64_t> scale(const Decimal& number, std::uint64_t unit) {
  constexpr std::uint64_t highest = std::numeric_limits<std::uint64_t>::max();
  if (number.whole > highest / unit) return std::nullopt;
  // Divided before it is multiplied: unit * fraction may pass 64 bits, its two parts do not.
  const std::uint64_t part =
      unit / number.scale * number.fraction + unit % number.scale * number.fraction / number.scale;
  const std::uint64_t whole = number.whole * unit;
  if (part > highest - whole) return std::nullopt;
  return whole + part;
}

}  // namespace longhaul::core
