#include "base/moment.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace longhaul::core;

TEST_CASE("a time that is longer than the clock goes is never") {
  const Moment begin{std::chrono::hours{1}};
  CHECK(after(begin, std::chrono::nanoseconds::max()) == Moment::max());
  CHECK(after(begin, std::chrono::nanoseconds{1}) == begin + std::chrono::nanoseconds{1});
}

TEST_CASE("a wait is rounded up, and what is over is not waited for") {
  const Moment begin{std::chrono::hours{1}};
  CHECK(poll_time(begin, begin + std::chrono::nanoseconds{1}) == 1);
  CHECK(poll_time(begin, begin - std::chrono::hours{1}) == 0);
  CHECK(poll_time(begin, Moment::max()) == std::numeric_limits<int>::max());
}
