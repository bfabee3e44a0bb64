#include "unit.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "fields.hpp"
#include "level.hpp"

using namespace longhaul::healthcheck;

TEST_CASE("limits are read in their unit, and shown in it") {
  CHECK(*parse_limit("10MB", Unit::bytes) == 10e6);
  CHECK(*parse_limit("5m", Unit::seconds) == 300);
  CHECK(*parse_limit("90%", Unit::fraction) == doctest::Approx(0.9));
  CHECK(*parse_limit("-2.5", Unit::number) == -2.5);
  CHECK(std::isnan(*parse_limit("none", Unit::bytes)));
  CHECK_FALSE(parse_limit("much", Unit::number));
  CHECK_FALSE(parse_limit("inf", Unit::number));
  CHECK(show(10e6, Unit::bytes) == "10MB");
  CHECK(show(300, Unit::seconds) == "5m");
  CHECK(show(0.875, Unit::fraction) == "87.5%");
}

TEST_CASE("a field comes back as it was, whatever it holds") {
  for (const std::string text :
       {"", "plain", "a b", "100%", "x=y", "line\nend\t\x01\x7f", "%", "\xff\xc3\xa4"}) {
    const auto word = escaped(text);
    CHECK(word.find_first_of(" =\n") == std::string::npos);
    CHECK_FALSE(word.empty());
    CHECK(unescaped(word) == text);
  }
}

TEST_CASE("critical is worse than warning, warning than unknown, unknown than ok") {
  CHECK(worse(Level::critical, Level::unknown) == Level::critical);
  CHECK(worse(Level::unknown, Level::warning) == Level::warning);
  CHECK(worse(Level::ok, Level::unknown) == Level::unknown);
}
