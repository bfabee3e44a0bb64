#include "age.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/ascii.hpp"

namespace longhaul::dbprune {
namespace {

using std::chrono::nanoseconds;

struct UnitFact {
  Unit unit;
  std::string_view name;
  double per_second;  // of a number that counts from 1970
};

constexpr std::array<UnitFact, 6> units{{
    {Unit::seconds, "s", 1},
    {Unit::milliseconds, "ms", 1e3},
    {Unit::microseconds, "us", 1e6},
    {Unit::nanoseconds, "ns", 1e9},
    {Unit::text, "text", 0},
    {Unit::julian, "julian", 0},
}};

// 1990-01-01 and 2100-01-01, in seconds since 1970 and as Julian days: the windows of the units do not
// overlap.
constexpr double first_second = 631'152'000;
constexpr double last_second = 4'102'444'800;
constexpr double julian_of_1970 = 2'440'587.5;
constexpr double seconds_of_day = 86'400;
constexpr double first_julian = julian_of_1970 + first_second / seconds_of_day;
constexpr double last_julian = julian_of_1970 + last_second / seconds_of_day;

Unit unit_of_number(double value) {
  for (const UnitFact& each : units)
    if (each.per_second != 0 && value >= first_second * each.per_second &&
        value < last_second * each.per_second)
      return each.unit;
  return value >= first_julian && value < last_julian ? Unit::julian : Unit::automatic;
}

// Takes a number of exactly so many digits off the front.
bool take_digits(std::string_view& text, std::size_t count, int& number) {
  if (text.size() < count) return false;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + count, number);
  if (problem != std::errc{} || end != text.data() + count || !core::is_digit(text.front())) return false;
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, nanoseconds& part) {
  long long value = 0;
  long long scale = 1'000'000'000;
  while (!text.empty() && core::is_digit(text.front())) {
    if (scale > 1) value += (text.front() - '0') * (scale /= 10);
    text.remove_prefix(1);
  }
  part = nanoseconds{value};
  return true;
}

bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return text.empty();
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, 2, hours)) return false;
  if (!text.empty() && (take(text, ':'), !take_digits(text, 2, minutes))) return false;
  offset = std::chrono::minutes{sign * (hours * 60 + minutes)};
  return text.empty();
}

bool parse_iso(std::string_view text, core::Time& time) {
  using namespace std::chrono;
  int years = 0, months = 0, days = 0, hour = 0, minute = 0, second = 0;
  nanoseconds part{0};
  minutes offset{0};
  if (!take_digits(text, 4, years) || !take(text, '-') || !take_digits(text, 2, months) || !take(text, '-') ||
      !take_digits(text, 2, days))
    return false;
  if (!text.empty() && (take(text, 'T') || take(text, ' '))) {
    if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute)) return false;
    if (take(text, ':') && !take_digits(text, 2, second)) return false;
    if (take(text, '.') && !take_fraction(text, part)) return false;
  }
  while (take(text, ' ')) {
  }
  const year_month_day date{year{years}, month{static_cast<unsigned>(months)},
                            day{static_cast<unsigned>(days)}};
  if (!take_offset(text, offset) || !date.ok() || hour > 24 || minute > 59 || second > 60) return false;
  time = core::Time{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second} + part - offset;
  return true;
}

// Text whose affinity keeps numbers as text holds numbers as well.
bool number_in(std::string_view text, double& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  return problem == std::errc{} && end == text.data() + text.size();
}

std::string digits_of(double value) {
  std::array<char, 64> digits{};
  return {digits.data(), std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed, 9).ptr};
}

// A count of `unit_size` nanoseconds that compares with whole numbers as the time does.
std::string count_of(core::Time time, long long unit_size) {
  const long long since_1970 = time.time_since_epoch().count();
  if (since_1970 % unit_size == 0) return std::to_string(since_1970 / unit_size);
  return digits_of(static_cast<double>(since_1970) / static_cast<double>(unit_size));
}

// `column` compared with the time. Text that is no number, or no time, compares with none.
std::string compared(const std::string& column, Unit unit, core::Time time, std::string_view comparison) {
  const std::string name = store::quoted(column);
  const std::string between = " " + std::string{comparison} + " ";
  // SQLite counts its Julian days in whole milliseconds.
  const auto milliseconds_since_1970 = [](const std::string& days) {
    return "CAST(round((" + days + " - 2440587.5) * 86400000) AS INTEGER)";
  };
  if (unit == Unit::text)
    // A time of day alone, or a number, would count as a day long ago.
    return "CASE WHEN " + name + " GLOB '[0-9][0-9][0-9][0-9]-[0-9]*' THEN " +
           milliseconds_since_1970("julianday(" + name + ")") + " END" + between + count_of(time, 1'000'000);
  const std::string number = "CASE WHEN typeof(" + name + ") <> 'text' THEN " + name + " WHEN " + name +
                             " GLOB '[0-9]*' AND " + name + " NOT GLOB '*[^0-9.]*' THEN CAST(" + name +
                             " AS NUMERIC) END";
  if (unit == Unit::julian)
    return milliseconds_since_1970("(" + number + ")") + between + count_of(time, 1'000'000);
  for (const UnitFact& each : units)
    if (each.unit == unit)
      return number + between + count_of(time, static_cast<long long>(1e9 / each.per_second));
  return "0";
}

}  // namespace

core::Time parse_time(std::string_view text) {
  core::Time time;
  if (parse_iso(text, time)) return time;
  double number = 0;
  if (number_in(text, number)) {
    const Unit unit = unit_of_number(number);
    for (const UnitFact& each : units)
      if (each.unit == unit && each.per_second != 0)
        return core::Time{nanoseconds{std::llround(number * (1e9 / each.per_second))}};
  }
  throw core::Error{"--as-of",
                    "'" + std::string{text} + "' is no time (2026-11-24T05:22:00Z, or seconds since 1970)"};
}

std::string_view name_of(Unit unit) {
  for (const UnitFact& each : units)
    if (each.unit == unit) return each.name;
  return "auto";
}

Unit unit_of(const store::Database& database, const Table& table, const std::string& column) {
  constexpr int looked_at = 1000;  // from each end of the table, which is where units change
  const std::string name = store::quoted(column);
  const auto sample = [&](std::string_view direction) {
    std::string keys;
    for (const std::string& each : table.key) {
      if (!keys.empty()) keys += ", ";
      keys.append(store::quoted(each)).append(" ").append(direction);
    }
    return "SELECT * FROM (SELECT " + name + " FROM " + main_table(table) + " WHERE " + name +
           " IS NOT NULL ORDER BY " + keys + " LIMIT " + std::to_string(looked_at) + ")";
  };
  store::Statement values{database, sample("ASC") + " UNION ALL " + sample("DESC")};
  Unit found = Unit::automatic;
  std::string example;
  const std::string subject = table.name + "." + column;
  bool any = false;
  while (values.step()) {
    any = true;
    const store::Value value = values.value(0);
    Unit unit = Unit::automatic;
    core::Time time;
    double number = 0;
    if (const auto* whole = std::get_if<std::int64_t>(&value))
      unit = unit_of_number(static_cast<double>(*whole));
    else if (const auto* real = std::get_if<double>(&value))
      unit = unit_of_number(*real);
    else if (const auto* text = std::get_if<std::string>(&value))
      unit = parse_iso(*text, time)     ? Unit::text
             : number_in(*text, number) ? unit_of_number(number)
                                        : Unit::automatic;
    if (unit == Unit::automatic) continue;
    if (found == Unit::automatic) {
      found = unit;
      example = values.text(0);
    } else if (found != unit) {
      throw core::Error{subject, "values in more than one unit (" + example + ", " +
                                     std::string{values.text(0)} + "): say which with --age-unit"};
    }
  }
  if (any && found == Unit::automatic)
    throw core::Error{subject, "its values are no times that are known: say the unit with --age-unit"};
  return found;
}

std::string earlier(const std::string& column, Unit unit, core::Time time) {
  return compared(column, unit, time, "<");
}

std::string not_later(const std::string& column, Unit unit, core::Time time) {
  return compared(column, unit, time, "<=");
}

std::string in_order_of_time(const std::string& column, Unit unit) {
  return unit == Unit::text ? "julianday(" + store::quoted(column) + ")" : store::quoted(column);
}

}  // namespace longhaul::dbprune
