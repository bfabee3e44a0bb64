#include "level.hpp"

#include <doctest/doctest.h>

#include "node_options.hpp"
#include "pace.hpp"
#include "record_reader.hpp"
#include "signal_name.hpp"

#include <csignal>

using namespace longhaul::memwatch;
using namespace std::chrono_literals;

namespace {

const Thresholds thousand = Thresholds::of(1000, 0.7, 0.9);

longhaul::core::Moment at(std::chrono::nanoseconds time) {
  return longhaul::core::Moment{} + std::chrono::hours{1} + time;
}

}  // namespace

TEST_CASE("levels begin at their parts of the budget") {
  CHECK(thousand.level_of(699) == Level::ok);
  CHECK(thousand.level_of(700) == Level::warning);
  CHECK(thousand.level_of(900) == Level::critical);
  CHECK(thousand.percent(899) == 89);
}

TEST_CASE("a level is left a twentieth of the budget below where it began") {
  CHECK(thousand.next_level(Level::critical, 870) == Level::critical);
  CHECK(thousand.next_level(Level::critical, 849) == Level::warning);
  CHECK(thousand.next_level(Level::warning, 651) == Level::warning);
  CHECK(thousand.next_level(Level::warning, 649) == Level::ok);
  CHECK(thousand.next_level(Level::critical, 100) == Level::ok);
  CHECK(thousand.next_level(Level::ok, 950) == Level::critical);
}

TEST_CASE("a look comes before the headroom can be used up") {
  const auto thresholds = Thresholds::of(1'000'000'000, 0.7, 0.9);
  Pace pace{thresholds, 1s};
  std::uint64_t used = 0;
  std::chrono::nanoseconds now{0};
  // A gigabyte a second: no look finds the use above critical by more than it is precise.
  while (used < thresholds.critical) {
    now += pace.wait(at(now), used);
    used = static_cast<std::uint64_t>(now.count());
  }
  CHECK(used < thresholds.critical + thresholds.budget / 200);
}

TEST_CASE(
    "where nothing grows, looks are rare, and a burst of the budget within the interval does not pass it") {
  const auto thresholds = Thresholds::of(1'000'000'000, 0.7, 0.9);
  Pace pace{thresholds, 1s};
  std::chrono::nanoseconds wait{0};
  for (int look = 0; look < 100; ++look) wait = pace.wait(at(look * 1s), 100'000'000);
  CHECK(wait == 800ms);
}

TEST_CASE("node's heap follows the budget, and what its user chose stays") {
  CHECK(node_options("", 1'610'612'736, 1) == "--max-old-space-size=1152");
  CHECK(node_options("--trace-warnings", 1'610'612'736, 4) == "--trace-warnings --max-old-space-size=288");
  CHECK(node_options("--max_old_space_size=99", 1'000'000'000, 1) == "--max_old_space_size=99");
  CHECK(node_options("", 1, 1) == "--max-old-space-size=32");
}

TEST_CASE("signals have names and numbers, and those that help nobody are none") {
  CHECK(signal_of("USR2") == SIGUSR2);
  CHECK(signal_of("SIGUSR1") == SIGUSR1);
  CHECK(signal_of("12") == SIGUSR2);
  for (const auto* wrong : {"KILL", "STOP", "0", "-1", "usr2", "9", "1000", ""})
    CHECK_FALSE(signal_of(wrong));
}

TEST_CASE("a line of a record is read, and any other is none") {
  const auto line = parse_record_line(
      R"({"time":"2026-11-24T05:22:00.500Z","event":"sample","state":"ok","bytes":7,"budget":9})");
  REQUIRE(line);
  CHECK(line->time == 1795497720.5);
  CHECK(line->used == 7);
  CHECK(line->budget == 9);
  for (const auto* wrong : {"", "{", "[]", "7", R"({"event":"sample"})", R"({"time":"then","event":"x"})",
                            R"({"time":"2026-13-24T05:22:00Z","event":"x"})"})
    CHECK_FALSE(parse_record_line(wrong));
}
