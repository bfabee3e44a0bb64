// Columns that say when: in which unit, and how their values compare with a time.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "schema.hpp"
#include "settings.hpp"

namespace longhaul::dbprune {

// "2026-11-24", "2026-11-24T05:22:00Z", "2026-11-24 05:22", with fractions and an offset, or a number:
// seconds, or milliseconds and less where it is too large for them. Throws core::Error{"--as-of", …}.
core::Time parse_time(std::string_view text);

std::string_view name_of(Unit unit);

// The unit of a column, told from its values: those that are times between 1990 and 2100 in one unit and in
// no other. Automatic where the column has no values. Throws core::Error where they fit none, or not all the
// same.
Unit unit_of(const store::Database& database, const Table& table, const std::string& column);

// An SQL condition: the column's value is earlier than the time, or not later. NULL fulfils neither.
std::string earlier(const std::string& column, Unit unit, core::Time time);
std::string not_later(const std::string& column, Unit unit, core::Time time);
// What sorts the column's values by time.
std::string in_order_of_time(const std::string& column, Unit unit);

}  // namespace longhaul::dbprune
