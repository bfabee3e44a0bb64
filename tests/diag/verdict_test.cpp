// What is called clean, and what never is.
#include <doctest/doctest.h>

#include "diag/analyser.hpp"
#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

TEST_CASE("a run that passed is clean, whatever else it printed") {
  for (const char* text : {
           "PASS ./a.test.js\n  ✓ adds (2 ms)\n\nTest Suites: 1 passed, 1 total\nTests:       1 passed, 1 "
           "total\n"
           "Snapshots:   0 total\nTime:        0.4 s\nRan all test suites.\n",
           "\n RUN  v3.0.0 /x\n\n ✓ a.test.ts (1 test) 4ms\n\n Test Files  1 passed (1)\n      Tests  1 "
           "passed (1)\n"
           "   Start at  11:52:55\n   Duration  200ms\n",
           "============ test session starts ============\nplatform linux -- Python 3.11.2, pytest-7.2.1\n"
           "collected 1 item\n\ntest_a.py .          [100%]\n\n============ 1 passed in 0.00s "
           "==============\n",
           "ninja: Entering directory `b'\n[1/2] Building C object a.o\n[2/2] Linking C executable a\n",
           "[ 50%] Building C object a.o\n[100%] Built target a\n",
           "1 file reformatted, 2 files left unchanged\n",
           "gcc -Wall -c a.c\ng++ -o a a.o\n",
           "0\n",
       })
    CHECK_MESSAGE(summary_of(text).clean(), text);
}

TEST_CASE("a report in JSON of a run that failed outside of any test is not clean") {
  for (
      const char* text : {
          // rspec 3.12 -f json, a spec that cannot be loaded
          R"({"version":"3.12.0","messages":["An error occurred while loading ./spec/load_spec.rb."],)"
          R"("examples":[],"summary":{"duration":0.1,"example_count":0,"failure_count":0,"pending_count":0,)"
          R"("errors_outside_of_examples_count":1},)"
          R"("summary_line":"0 examples, 0 failures, 1 error occurred outside of examples"})",
          // vitest run --reporter=json, no test found
          R"({"numTotalTestSuites":0,"numTotalTests":0,"numFailedTests":0,"success":false,"testResults":[]})",
          // playwright test --reporter=json, likewise
          R"({"config":{},"suites":[],"errors":[{"message":"Error: No tests found","stack":"Error: No tests found"}],)"
          R"("stats":{"expected":0,"unexpected":0}})",
      }) {
    const Summary summary = summary_of(std::string{text} + '\n');
    CHECK_MESSAGE(!summary.clean(), text);
    CHECK_MESSAGE(summary.total == 1, text);
  }
}

TEST_CASE("a report's failed tests are all of it where it says that it did not end well") {
  const Summary summary = summary_of(
      R"({"numTotalTests":1,"numFailedTests":1,"numRuntimeErrorTestSuites":0,"success":false,"testResults":[{"name":"/a.test.js",)"
      R"("status":"failed","summary":"","message":"","assertionResults":[{"fullName":"adds","status":"failed",)"
      R"("failureMessages":["no"]}]}]})"
      "\n");
  CHECK(summary.total == 1);
}

TEST_CASE("files that failed with no test that failed are suites that did not load") {
  const auto failures = [](const char* text) { return summary_of(text).total; };
  CHECK(failures("Test Suites: 2 failed, 2 total\nTests:       0 total\n") == 2);
  CHECK(failures("Test Suites: 3 failed, 4 total\nTests:       1 failed, 3 passed, 4 total\n") == 3);
  CHECK(failures("Test Suites: 1 failed, 4 total\nTests:       2 failed, 3 passed, 5 total\n") == 2);
  CHECK(failures(" Test Files  1 failed (1)\n      Tests  no tests\n") == 1);
  CHECK(failures("⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯\n\n FAIL  a.test.js > with a hook\nError: no\n\n"
                 " Test Files  1 failed (1)\n      Tests  1 skipped (1)\n") == 1);
  CHECK(failures(" Test Files  2 failed | 1 passed (3)\n      Tests  1 failed | 2 passed (3)\n") == 2);
}

TEST_CASE("what JUnit's suites count counts where their cases do not tell it") {
  const auto failures = [](const char* text) { return summary_of(text).total; };
  CHECK(failures("<testsuites tests=\"2\" failures=\"2\">\n</testsuites>\n") == 2);
  CHECK(failures("<testsuites failures=\"3\"><testsuite name=\"a\" failures=\"1\" errors=\"1\"/>\n"
                 "<testsuite name=\"b\" failures=\"1\"/></testsuites>\n") == 3);
  CHECK(failures("<testsuite name=\"a\" failures=\"1\" errors=\"1\"><testcase name=\"x\"><failure/><error/>\n"
                 "</testcase></testsuite>\n") == 1);
  // cut off
  CHECK(failures("<testsuite name=\"a\" failures=\"5\"><testcase name=\"x\"><failure/></testcase>\n") == 5);
  CHECK(summary_of("<testsuites failures=\"0\" errors=\"0\"></testsuites>\n").clean());
}

TEST_CASE("what TAP skips or has still to do is no failure, in any case") {
  for (const char* directive : {"# SKIP", "# skip no disk", "# TODO", "# todo later"}) {
    const std::string line = std::string{"not ok 1 - a "} + directive + '\n';
    CHECK_MESSAGE(summary_of("TAP version 14\n1..1\n" + line).clean(), line);
    CHECK_MESSAGE(summary_of("TAP version 13\n1..1\n" + line).clean(), line);
  }
}

TEST_CASE("what only looks like a tool's is not understood") {
  for (const char* text : {
           "4\tSrc/Makefile\n8\tSrc/Main\n",                                  // du
           "mawk: line 1: syntax error at or near }\n",                       // not bash
           "{\"errors\":[{\"message\":\"no\",\"stack\":\"x\"}],\"ok\":1}\n",  // not playwright
       }) {
    const Summary summary = summary_of(text);
    CHECK_MESSAGE(summary.total == 0, text);
    CHECK_MESSAGE(summary.unknown_lines != 0, text);
  }
}

TEST_CASE("what pnpm 9 and 10 fail with stands between thin spaces") {
  // pnpm 10.34.9: pnpm run biuld
  const Summary summary = summary_of("\u2009ERR_PNPM_NO_SCRIPT\u2009 Missing script: biuld\n");
  CHECK(summary.tool == "pnpm");
  CHECK(summary.total == 1);
  CHECK(summary_of("\u2009ERROR\u2009 Expected double-quoted property name in JSON\n").total == 1);
}

TEST_CASE("one tool's clean line does not speak for another") {
  for (const char* text :
       {"would reformat src/a.py\n1 file would be reformatted.", "Oops! Something went wrong! :(",
        "[warn] Code style issues found in the above file.", "Process exited with code 137", "not ok 1 - foo",
        "INTERNALERROR> x", "double free or corruption (out)", "no space left on device", "exit status 2",
        "OOMKilled", "✗ test broken", "Terminated", "error[E0382]: use of moved value: x"}) {
    const Summary summary = summary_of("All checks passed!\n" + std::string{text} + '\n');
    CHECK_MESSAGE(!summary.clean(), text);
  }
}

TEST_CASE("a run that did not come to its end is not clean") {
  const Summary summary =
      summary_of("============ test session starts ============\ncollected 14 items / 2 errors\n");
  CHECK_FALSE(summary.clean());
  CHECK(summary.unfinished == "pytest");
  CHECK_FALSE(summary_of("\n RUN  v3.0.0 /x\n\n").clean());
  CHECK_FALSE(summary_of("No test files found, exiting with code 1\n").clean());
}

TEST_CASE("rustc's diagnostics are not ruff's, though they look alike") {
  const Summary summary = summary_of("error[E0425]: cannot find function `foo`\n --> src/main.rs:1:82\n");
  CHECK(summary.tool == "rustc");
  REQUIRE(summary.groups.size() == 1);
  CHECK(summary.groups.front().code == "E0425");
  CHECK(summary.groups.front().first == "src/main.rs:1");
}

TEST_CASE("a line of a kind seen before still counts as speaking of an error") {
  const Summary summary = summary_of("level \"info\" hello\nlevel \"error\" hello\n");
  CHECK(summary.unknown_error_lines == 1);
  REQUIRE(summary.unknown.size() == 1);
  CHECK(summary.unknown.front().error);
  CHECK(summary.unknown.front().example == "level \"error\" hello");
}

TEST_CASE("a compiler's temporary object is no file, and does not change the hash") {
  const auto output = [](std::string name) {
    return summary_of(
        "/usr/bin/ld: /tmp/cc" + name +
        ".o: warning: relocation against `v' in read-only section\n"
        "l.c:(.text+0xf): undefined reference to `v'\ncollect2: error: ld returned 1 exit status\n");
  };
  CHECK(output("AAAAAA").files == 1);
  CHECK(output("AAAAAA").hash == output("BBBBBB").hash);
}

TEST_CASE("a byte order mark is not part of the first path") {
  const Summary summary = summary_of("\xEF\xBB\xBFsrc/a.py:1:1: F401 [*] `os` imported but unused\n");
  REQUIRE(summary.groups.size() == 1);
  CHECK(summary.groups.front().first == "src/a.py:1");
}

}  // namespace
}  // namespace longhaul::diag::test
