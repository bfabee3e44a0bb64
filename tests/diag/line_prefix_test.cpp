// What stands before every line, seen through; and what only looks so.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "diag/line_prefix.hpp"

namespace longhaul::diag::test {
namespace {

const std::vector<std::string> findings{
    "a.py:1:1: F401 unused", "lib/b.py:2:9: E501 long", "", "error: x", "Found 3 errors.", "  indented"};

// The prefix learned from these findings with `before` in front of each.
LinePrefix learned(const std::string& before) {
  std::vector<std::string> lines;
  for (const std::string& finding : findings) lines.push_back(before + finding);
  const std::vector<std::string_view> views{lines.begin(), lines.end()};
  LinePrefix prefix;
  prefix.learn(views);
  return prefix;
}

LinePrefix learned_from(const std::vector<std::string_view>& lines) {
  LinePrefix prefix;
  prefix.learn(lines);
  return prefix;
}

void check_seen_through(const std::string& before, std::string_view label = {}) {
  CAPTURE(before);
  const LinePrefix prefix = learned(before);
  REQUIRE(prefix.known());
  for (const std::string& finding : findings) {
    const std::string line = before + finding;
    const LinePrefix::Parts parts = prefix.split(line);
    CHECK(parts.text == finding);
    CHECK(parts.label == label);
  }
}

TEST_CASE("time stamps with their date") {
  check_seen_through("2026-11-24T05:22:00.1234567Z ");
  check_seen_through("2026-11-24T05:22:00Z ");
  check_seen_through("2026-11-24T05:22:00+01:00 ");
  check_seen_through("2026-11-24 05:22:00 ");
  check_seen_through("2026-11-24 05:22:00,123 ");
  check_seen_through("2026/11/24 05:22:00 ");
  check_seen_through("[2026-11-24T05:22:00.123Z] ");
  check_seen_through("[2026-11-24 05:22:00] ");
  check_seen_through("2026-11-24T05:22:00.123456Z 00O ");
  check_seen_through("2026-11-24T05:22:00.123456Z 01E ");
}

TEST_CASE("clocks without a date") {
  check_seen_through("05:22:00 ");
  check_seen_through("[05:22:00] ");
  check_seen_through("05:22:00.123 ");
}

TEST_CASE("syslog's own") { check_seen_through("Nov 24 05:22:00 host lint[12]: ", "host lint[12]"); }

TEST_CASE("names of containers") {
  check_seen_through("web_1  | ", "web_1");
  check_seen_through("api-1 | ", "api-1");
  check_seen_through("web | ", "web");
}

TEST_CASE("names of tasks in brackets or before a colon") {
  check_seen_through("[lint] ", "lint");
  check_seen_through("[@acme/web] ", "@acme/web");
  check_seen_through("[1] ", "1");
  check_seen_through("web:lint: ", "web:lint");
  check_seen_through("@acme/web:build: ", "@acme/web:build");
}

TEST_CASE("levels in brackets, and behind a time stamp") {
  check_seen_through("[ERROR] ", "");
  check_seen_through("[info] ", "");
  check_seen_through("2026-11-24 05:22:00,123 INFO ", "");
  check_seen_through("2026-11-24 05:22:00,123 - ERROR - ", "");
}

TEST_CASE("what ts, gh, pnpm and git write") {
  check_seen_through("Nov 24 05:22:00 ", "");
  check_seen_through("lint\tRun ruff\t2026-11-24T05:22:00.1234567Z ", "lint\tRun ruff");
  check_seen_through("packages/a lint: ", "packages/a lint");
  check_seen_through("remote: ", "remote");
}

TEST_CASE("build steps") { check_seen_through("#12 3.456 ", "#12"); }

TEST_CASE("prefixes inside prefixes") {
  check_seen_through("2026-11-24T05:22:00.1234567Z [lint] ", "lint");
  check_seen_through("web_1  | 05:22:00 ", "web_1");
  check_seen_through("2026-11-24T05:22:00Z web_1  | [05:22:00] ", "web_1");
}

TEST_CASE("a line without the prefix is all text") {
  const LinePrefix prefix = learned("[lint] ");
  CHECK(prefix.split("a.py:1:1: F401 unused").text == "a.py:1:1: F401 unused");
  CHECK(prefix.split("a.py:1:1: F401 unused").label.empty());
  CHECK(prefix.split("").text.empty());
}

TEST_CASE("a few lines without the prefix do not hide it, many do") {
  std::vector<std::string_view> lines(9, "[lint] a.py:1:1: F401 unused");
  lines.push_back("npm notice");
  CHECK(learned_from(lines).known());
  lines.assign(5, "[lint] a.py:1:1: F401 unused");
  lines.insert(lines.end(), 5, "a.py:1:1: F401 unused");
  CHECK_FALSE(learned_from(lines).known());
}

TEST_CASE("what is learned is kept") {
  LinePrefix prefix = learned("[lint] ");
  prefix.learn(std::vector<std::string_view>(20, "a.py:1:1: F401 unused"));
  CHECK(prefix.split("[lint] x").text == "x");
}

TEST_CASE("what tools print is not taken for a prefix") {
  for (const std::vector<std::string_view>& lines : std::vector<std::vector<std::string_view>>{
           {"a.py:1:1: F401 unused", "b.py:2:1: F401 unused", "c/d.py:3:1: E501 long", "e.py:4:1: E501 long"},
           {"a.py:1: error: x", "b.py:2: error: y", "c/d.py:3: note: z", "e.py:4: error: u"},
           {"[*] 43 fixable", "[*] 43 fixable", "[*] 43 fixable", "[*] 43 fixable"},
           {"error: x", "error: y", "warning: z", "error: u"},
           {"src/a.ts(3,5): error TS1: x", "src/b.ts(3,5): error TS1: y", "src/c.ts(3,5): error TS1: z"},
           {"1 | import os", "2 | import sys", "  | ^^^", "3 | x"},
           {"C:\\x\\a.py:3:5: x", "C:\\x\\b.py:3:5: x", "C:\\x\\c.py:3:5: x"},
       }) {
    CAPTURE(lines.front());
    CHECK_FALSE(learned_from(lines).known());
  }
}

TEST_CASE("blank lines teach nothing") {
  CHECK_FALSE(learned_from({"", "  ", "\r", ""}).known());
  CHECK_FALSE(learned_from({}).known());
}

TEST_CASE("one line is enough to learn from") { CHECK(learned_from({"[lint] starting"}).known()); }

}  // namespace
}  // namespace longhaul::diag::test
