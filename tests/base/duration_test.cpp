#include "base/duration.hpp"

#include <doctest/doctest.h>

#include <string_view>

using longhaul::core::format_duration;
using longhaul::core::parse_duration;
using namespace std::chrono_literals;

TEST_CASE("durations are read with their units") {
  struct Case {
    std::string_view text;
    std::chrono::nanoseconds value;
  };
  const Case cases[] = {
      {"0", 0s},      {"30", 30s},     {"0.5", 500ms},   {"500ms", 500ms},        {"90s", 90s},
      {"6h", 6h},     {"1.5h", 90min}, {"1h30m", 90min}, {"30d", 720h},           {"2w", 336h},
      {"5min", 5min}, {"10us", 10us},  {"7ns", 7ns},     {"1m30s500ms", 90500ms},
  };
  for (const auto& one : cases) {
    CAPTURE(one.text);
    const auto parsed = parse_duration(one.text);
    REQUIRE(parsed);
    CHECK(*parsed == one.value);
  }
}

TEST_CASE("what is no duration is refused with what is accepted") {
  for (const std::string_view text : {"", "h", "-5s", "5 s", "5x", "1h30", "1.h", "5S", "h1"}) {
    CAPTURE(text);
    const auto parsed = parse_duration(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.reason().find("is not a duration (accepted: ") != std::string::npos);
  }
  CHECK(parse_duration("300000d").reason().find("too long") != std::string::npos);
  CHECK(parse_duration("106751d24h").reason().find("too long") != std::string::npos);
}

TEST_CASE("a duration is shown in its two largest units") {
  CHECK(format_duration(0s) == "0s");
  CHECK(format_duration(500ms) == "500ms");
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(48h) == "2d");
  CHECK(format_duration(48h + 1s) == "2d");
  CHECK(format_duration(61s) == "1m1s");
  CHECK(format_duration(-5s) == "-5s");
  CHECK(*parse_duration(format_duration(90min)) == 90min);
}
