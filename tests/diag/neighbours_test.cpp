// Tools that print one after the other: what belongs to one is not counted for the other.
#include <doctest/doctest.h>

#include <string>

#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

const std::string flake8 = "a.py:5:8: F401 'os' imported but unused\n";
const std::string gcc = "a.c:1:2: warning: \xE2\x80\x98x\xE2\x80\x99 unused [-Wunused-variable]\n";

std::uint64_t total_of(const Summary& summary, std::string_view tool) {
  for (const Summary::Tool& each : summary.tools)
    if (each.name == tool) return each.total;
  return 0;
}

TEST_CASE("a look-alike's findings with a total of their own beside others without") {
  const Summary summary =
      summary_of(flake8 + "== ruff ==\nb.py:1:1: E501 Line too long (100 > 88)\n"
                          "b.py:2:8: F401 [*] `os` imported but unused\nFound 2 errors.\n");
  CHECK(summary.total == 3);
  CHECK(total_of(summary, "ruff") == 2);
  CHECK(total_of(summary, "flake8") == 1);
}

TEST_CASE("totals of several lines of two test runners, one behind the other, are each its own") {
  const std::string jest = "Test Suites: 1 failed, 1 total\nTests:       2 failed, 3 passed, 5 total\n";
  const Summary behind_node = summary_of("\u2139 fail 1\n" + jest);
  CHECK(behind_node.total == 3);
  CHECK(total_of(behind_node, "node-test") == 1);
  CHECK(total_of(behind_node, "jest") == 2);
  const Summary before_vitest =
      summary_of(jest + "\n Test Files  1 failed (1)\n      Tests  4 failed | 1 passed (5)\n");
  CHECK(before_vitest.total == 6);
  CHECK(total_of(before_vitest, "jest") == 2);
  CHECK(total_of(before_vitest, "vitest") == 4);
}

TEST_CASE("a runner behind what node's spec reporter says of failures keeps its names and files") {
  const Summary summary =
      summary_of("✖ failing tests:\n\ntest at a.test.js:1:1\n✖ adds (1.2ms)\n  AssertionError: x\n\n"
                 "test at a.test.js:9:1\n✖ subtracts\n  'Promise resolution is still pending'\n"
                 "FAIL src/b.test.js\n  ● minus\n\n    expect(1)\n\n"
                 "Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\n");
  CHECK(summary.total == 3);
  REQUIRE(summary.tools.size() == 2);
  CHECK(summary.tools.front().name == "node-test");
  CHECK(summary.tools.front().total == 2);
  CHECK(summary.tools.back().files == 1);
}

TEST_CASE("a syntax error below another tool's finding is its own") {
  const Summary summary =
      summary_of(gcc + "  File \"a.py\", line 3\n    x = (\n        ^\nSyntaxError: '(' was never closed\n");
  CHECK(summary.total == 2);
  CHECK(total_of(summary, "python") == 1);
}

TEST_CASE("a total of the tool that speaks is not that of a tool before it") {
  const Summary summary =
      summary_of("a.py:5:8: E999 SyntaxError: x\n\na.ts:2:10 - error TS1005: x\n\n1 return\n  ~\n\n"
                 "a.ts:3:10 - error TS1005: x\n\n1 return\n  ~\n\n\nFound 2 errors.\n");
  CHECK(summary.total == 3);
}

TEST_CASE("an exception group below another tool's finding is its own") {
  const Summary summary =
      summary_of(gcc + "  + Exception Group Traceback (most recent call last):\n"
                       "  |   File \"/srv/a.py\", line 3, in <module>\n  |     main()\n"
                       "  | ExceptionGroup: two (1 sub-exception)\n  +-+---------------- 1 ----------------\n"
                       "    | ValueError: x\n    +------------------------------------\n");
  CHECK(summary.total == 2);
}

TEST_CASE("a syntax error below what ninja says is its own") {
  const Summary summary = summary_of("ninja: error: unknown target 'x'\n  File \"a.py\", line 3\n    x = (\n "
                                     "       ^\nSyntaxError: '(' was never closed\n");
  CHECK(summary.total == 2);
}

TEST_CASE("a program text's type error beside a compiler's finding counts once") {
  const Summary summary = summary_of(gcc + "<string>:1: error: Incompatible types  [assignment]\n"
                                           "Found 1 error in 1 file (checked 1 source file)\n");
  CHECK(summary.total == 2);
}

TEST_CASE("kinds of unknown lines past the bound are counted in the sentence") {
  std::string text;
  for (int i = 0; i < 26 * 26; ++i)
    text +=
        std::string{"lost "} + static_cast<char>('a' + i / 26) + static_cast<char>('a' + i % 26) + " error\n";
  CHECK(sentence(summary_of(text), 1).find("+255 more kinds") == std::string::npos);
}

TEST_CASE("codes past the bound are counted in the sentence") {
  std::string text;
  for (int i = 100; i < 900; ++i) text += "a.py:" + std::to_string(i) + ":1: E" + std::to_string(i) + " x\n";
  CHECK(sentence(summary_of(text), 0).ends_with(" and 288 findings of others"));
}

}  // namespace
}  // namespace longhaul::diag::test
