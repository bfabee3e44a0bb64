// What merging does with inputs that say the same, with tests that were run again, and past its bounds.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "diag/merge_state.hpp"
#include "diag/render.hpp"
#include "fixtures.hpp"
#include "merge_records.hpp"

namespace longhaul::diag::test {
namespace {

std::string ruff_line(const std::string& file, std::size_t line) {
  return file + ':' + std::to_string(line) + ":1: F401 [*] `os` imported but unused\n";
}

// A word of letters only, another for each number.
std::string word(std::size_t number) {
  std::string letters;
  for (int places = 3; places > 0; --places, number /= 26) letters += static_cast<char>('a' + number % 26);
  return letters;
}

TEST_CASE("inputs that show nothing and say the same number are as many inputs") {
  std::vector<std::string> shards;
  for (const char* passed : {"10", "20", "30"})
    shards.push_back(
        record_of(std::string{"============ 5 failed, "} + passed + " passed in 1.00s ============\n"));
  CHECK(summary_of_records(shards).total == 15);
  // The same input twice is one.
  CHECK(summary_of_records({shards[0], shards[0]}).total == 5);
}

std::string junit_failure(const char* exception) {
  return std::string{"<?xml version=\"1.0\"?><testsuites><testsuite name=\"s\" tests=\"1\" failures=\"1\">"
                     "<testcase classname=\"a.T\" name=\"t\"><failure type=\""} +
         exception + "\" message=\"m\">x</failure></testcase></testsuite></testsuites>\n";
}

TEST_CASE("a test that failed again with another exception is one, whichever record comes first") {
  const std::string first = record_of(junit_failure("AssertionError"));
  const std::string second = record_of(junit_failure("ValueError"));
  CHECK(merged({first, second}) == merged({second, first}));
  const Summary summary = summary_of_records({second, first});
  CHECK(summary.total == 1);
  for (const Summary::CodeGroup& group : summary.groups) CHECK(group.count == 1);
}

TEST_CASE("names that are not UTF-8 do not spoil a record") {
  const std::string record = record_of(ruff_line("caf\xe9.py", 1) + ruff_line("caf\xe8.py", 1));
  CHECK(summary_of_records({record}).total == 2);
}

TEST_CASE("errors that one part misses are those that another shows, and warnings likewise") {
  const std::string head =
      "/p/a.js\n  1:1  warning  w one  no-a\n  2:1  warning  w two  no-b\n  3:1  warning  w three  no-c\n";
  const std::string tail =
      "/p/b.js\n  1:1  error  e one  no-d\n  2:1  error  e two  no-e\n  3:1  error  e three  no-f\n\n"
      "\xE2\x9C\x96 6 problems (3 errors, 3 warnings)\n";
  const Summary summary = summary_of_records({record_of(head), record_of(tail)});
  CHECK(summary.errors == 3);
  CHECK(summary.warnings == 3);
}

TEST_CASE("the first of a compiler's errors is told by the number of its line") {
  const std::string later = record_of("src/a.c:10:1: error: 'x' undeclared\n");
  const std::string earlier = record_of("src/a.c:9:1: error: 'y' undeclared\n");
  CHECK(summary_of_records({later, earlier}).suggestion.starts_with("Fix first: src/a.c:9"));
}

TEST_CASE("where most tests fail is not counted once for each time that a record is merged") {
  const std::string record = record_of(source_file("tests/fixtures/pytest/cases/broken-fixture.txt"));
  CHECK(summary_of_records({record, record}).suggestion.find("(30 of 31 fail there)") != std::string::npos);
}

TEST_CASE("more kinds of findings than are kept are counted, and no kind is taken for another") {
  std::vector<std::string> records;
  constexpr std::size_t parts = 140;
  constexpr std::size_t kinds = 500;
  for (std::size_t part = 0; part < parts; ++part) {
    std::string text;
    for (std::size_t kind = 0; kind < kinds; ++kind)
      text += "src/a.c:1:1: error: kind " + word(part) + ' ' + word(kind) + '\n';
    records.push_back(record_of(text));
  }
  const Summary summary = summary_of_records(records);
  CHECK(summary.total == parts * kinds);
  CHECK(summary.groups.size() == max_groups);
  CHECK(summary.counts_approximate);
  for (const Summary::CodeGroup& group : summary.groups) CHECK(group.count == 1);
}

TEST_CASE("files are counted exactly where a stream's memory of them would not hold") {
  std::string text;
  constexpr std::size_t files = 60'000;
  for (std::size_t file = 0; file < files; ++file) {
    text += ruff_line("p" + std::to_string(file) + ".py", 1);
    text += ruff_line("p" + std::to_string(file) + ".py", 2);
  }
  const Summary summary = summary_of_records({record_of(text)});
  CHECK(summary.groups.front().files == files);
  CHECK(summary.tools.front().files == files);
}

TEST_CASE("many kinds of unknown lines take no long time, and all are counted") {
  std::vector<std::string> records;
  for (std::size_t part = 0; part < 60; ++part) {
    std::string text;
    for (std::size_t line = 0; line < 250; ++line)
      text += "it failed: " + word(part) + ' ' + word(line) + '\n';
    records.push_back(record_of(text));
  }
  const Summary summary = summary_of_records(records);
  CHECK(summary.unknown_lines == 60 * 250);
  CHECK(summary.unknown_error_lines == 60 * 250);
}

TEST_CASE("a record is refused where a member is of another type, missing, or beyond any number of things") {
  const auto refused = [](const std::string& merge) {
    CAPTURE(merge);
    CHECK_THROWS_AS(merge_state_of("{\"merge\":" + merge + '}'), core::Error);
  };
  const std::string begin = R"({"version":1,"bytes":1,"tools":[)";
  CHECK_NOTHROW(merge_state_of("{\"merge\":" + begin + "]}}"));
  refused(R"({"version":1})");
  refused(R"({"version":1,"bytes":1})");
  refused(begin + R"(],"unknown":3})");
  refused(begin + R"(],"status":4294967296})");
  refused(begin + R"({"tool":"ruff","told":3}]})");
  refused(begin + R"({"tool":"ruff","more":3}]})");
  refused(begin + R"({"tool":"ruff","origin":3}]})");
  refused(begin + R"({"tool":"ruff","more":{"missing":[18446744073709551615,1]}}]})");
  refused(begin + R"({"tool":"ruff","layouts":[{"layout":0,"seen":18446744073709551615}]}]})");
}

}  // namespace
}  // namespace longhaul::diag::test
