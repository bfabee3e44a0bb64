// What a measure counts: how its values are written and read.
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace longhaul::healthcheck {

enum class Unit { number, bytes, bytes_per_hour, seconds, fraction };

// A limit or a value that there is not.
inline constexpr double unset = std::numeric_limits<double>::quiet_NaN();
// "none" was asked for, whatever the default is.
inline constexpr double no_limit = std::numeric_limits<double>::infinity();

// "1.5GB", "12MB/h", "5m", "87%", "12.5": for people.
std::string show(double value, Unit unit);
// A limit: "10MB", "5m", "0.9" or "90%", "12", and "none".
core::Result<double> parse_limit(std::string_view text, Unit unit);
std::string show_limit(double value, Unit unit);
// BYTES, TIME, ...: the value's name in help.
std::string_view value_name_of(Unit unit);
// Of an OpenMetrics name: "bytes", "seconds", "ratio"; empty for a number.
std::string_view suffix_of(Unit unit);
// Of Nagios' perfdata: "B", "s" or nothing.
std::string_view perfdata_unit_of(Unit unit);

}  // namespace longhaul::healthcheck
