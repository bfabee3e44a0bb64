#include "breaker.hpp"

#include <doctest/doctest.h>

using namespace longhaul::healthcheck;

namespace {

constexpr std::int64_t cool_down = 60'000;
const BreakerRules rules{.failures = 3, .same = 3, .cool_down = std::chrono::milliseconds{cool_down}};

Breaker opened_at(std::int64_t now) {
  Breaker breaker{.name = "b", .failure = {}};
  open(breaker, now);
  return breaker;
}

}  // namespace

TEST_CASE("failures in a row open a breaker, and a success between them begins anew") {
  Breaker breaker{.name = "b", .failure = {}};
  record_failure(breaker, 1, "", rules);
  record_failure(breaker, 2, "", rules);
  record_success(breaker, 3);
  record_failure(breaker, 4, "", rules);
  record_failure(breaker, 5, "", rules);
  CHECK(breaker.state == BreakerState::closed);
  record_failure(breaker, 6, "", rules);
  CHECK(breaker.state == BreakerState::open);
  CHECK_FALSE(allow(breaker, 7, rules));
}

TEST_CASE("one trial after the cool-down, another where nobody told of it within one more") {
  Breaker breaker = opened_at(0);
  CHECK_FALSE(allow(breaker, cool_down - 1, rules));
  CHECK(allow(breaker, cool_down, rules));
  CHECK_FALSE(allow(breaker, cool_down + 1, rules));
  CHECK(allow(breaker, 2 * cool_down, rules));
  record_failure(breaker, 2 * cool_down + 1, "", rules);
  CHECK(breaker.state == BreakerState::open);
  CHECK(breaker.since == 2 * cool_down + 1);
}

TEST_CASE("a clock that went back begins the cool-down anew") {
  Breaker breaker = opened_at(10 * cool_down);
  CHECK_FALSE(allow(breaker, 0, rules));
  CHECK(allow(breaker, cool_down, rules));
}
