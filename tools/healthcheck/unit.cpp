#include "unit.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/duration.hpp"
#include "base/number_text.hpp"
#include "base/size.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr double hundred = 100;

struct UnitWords {
  std::string_view value_name, suffix, perfdata;
};

// In the order of Unit.
constexpr std::array<UnitWords, 5> words{{
    {"NUMBER", "", ""},
    {"BYTES", "bytes", "B"},
    {"BYTES", "bytes_per_hour", "B"},
    {"TIME", "seconds", "s"},
    {"FRACTION", "ratio", ""},
}};

std::string rounded(double value) {
  const double scale = std::abs(value) < hundred ? hundred : 1;
  return core::number_text(std::round(value * scale) / scale);
}

std::string size_of(double bytes) {
  const auto text = core::format_size(static_cast<std::uint64_t>(std::llround(std::abs(bytes))));
  return bytes < 0 ? '-' + text : text;
}

core::Result<double> parse_number(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  const auto digits = is_percent ? text.substr(0, text.size() - 1) : text;
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() ||
      !std::isfinite(value))
    return core::Result<double>::failure("'" + std::string{text} + "' is not a number");
  return is_percent ? value / hundred : value;
}

}  // namespace

std::string show(double value, Unit unit) {
  switch (unit) {
    case Unit::number: return rounded(value);
    case Unit::bytes: return size_of(value);
    case Unit::bytes_per_hour: return size_of(value) + "/h";
    case Unit::seconds: {
      const auto text = core::format_duration(std::chrono::seconds{std::llround(std::abs(value))});
      return value < 0 ? '-' + text : text;
    }
    case Unit::fraction: return rounded(value * hundred) + '%';
  }
  return {};
}

core::Result<double> parse_limit(std::string_view text, Unit unit) {
  if (text == "none") return unset;
  if (unit == Unit::number || unit == Unit::fraction) return parse_number(text);
  if (unit == Unit::seconds) {
    const auto time = core::parse_duration(text);
    if (!time) return core::Result<double>::failure(time.reason());
    return std::chrono::duration<double>{*time}.count();
  }
  const auto bytes = core::parse_size(text);
  if (!bytes) return core::Result<double>::failure(bytes.reason());
  return static_cast<double>(*bytes);
}

std::string show_limit(double value, Unit unit) {
  if (!std::isfinite(value)) return "none";
  return unit == Unit::bytes_per_hour ? size_of(value) : show(value, unit);
}

std::string_view value_name_of(Unit unit) { return words[static_cast<std::size_t>(unit)].value_name; }
std::string_view suffix_of(Unit unit) { return words[static_cast<std::size_t>(unit)].suffix; }
std::string_view perfdata_unit_of(Unit unit) { return words[static_cast<std::size_t>(unit)].perfdata; }

}  // namespace longhaul::healthcheck
