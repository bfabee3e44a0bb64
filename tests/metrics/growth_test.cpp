#include "metrics/growth.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using longhaul::metrics::FastestGrowth;

TEST_CASE("the fastest growth counts, and fades by half a minute") {
  FastestGrowth growth;
  growth.add(0s, 100);
  CHECK_FALSE(growth.time_for(10));
  growth.add(1s, 200);
  growth.add(2s, 210);
  CHECK(growth.per_second() == doctest::Approx(100 * 0.9885).epsilon(0.001));
  CHECK(growth.last_per_second() == doctest::Approx(10));
  growth.add(62s, 210);
  CHECK(growth.per_second() == doctest::Approx(49.4).epsilon(0.01));
}

TEST_CASE("a headroom lasts as long as the fastest growth leaves it") {
  FastestGrowth growth;
  growth.add(0s, 0);
  growth.add(1s, 1000);
  CHECK(growth.time_for(500) == 500ms);
  CHECK(growth.time_for(-5) == 0ns);
}

TEST_CASE("what shrinks or stands still does not grow") {
  FastestGrowth growth;
  growth.add(0s, 1000);
  growth.add(1s, 0);
  growth.add(1s, 500);  // no time has passed
  CHECK_FALSE(growth.time_for(500));
}
