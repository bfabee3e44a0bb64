#include "base/clock.hpp"

#include <doctest/doctest.h>

using namespace longhaul;
using namespace std::chrono_literals;

TEST_CASE("times are written as ISO 8601 has them, in UTC") {
  const core::Time time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 5h + 22min + 7s + 89ms;
  CHECK(core::iso_time(time) == "2026-11-24T05:22:07.089Z");
  CHECK(core::compact_time(time) == "20261124T052207Z");
  CHECK(core::iso_time(core::Time{}) == "1970-01-01T00:00:00.000Z");
}
