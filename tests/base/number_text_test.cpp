#include "base/number_text.hpp"

#include <doctest/doctest.h>

#include <limits>

using longhaul::core::number_text;

TEST_CASE("a number is written as short as it is read back") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(-2.5) == "-2.5");
  CHECK(number_text(1e14) == "100000000000000");
  CHECK(number_text(1e300) == "1e+300");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "inf");
}
