// Lines that no format understood: which of them speak of errors, and what is kept.
#include <doctest/doctest.h>

#include <string>

#include "diag/unknown_lines.hpp"

namespace longhaul::diag::test {
namespace {

TEST_CASE("lines that speak of an error") {
  for (const char* line : {
           "error: no such thing",
           "ERROR 2026-11-24 worker died",
           "TypeError: Cannot read properties of undefined",
           "java.lang.NullPointerException: null",
           "npm ERR! code ELIFECYCLE",
           "npm error code 1",
           "fatal: not a git repository",
           "build failed",
           "3 failed, 2 passed",
           "12 errors",
           "10 errors in 0 files",
           "thread 'main' panicked at src/main.rs:3:5",
           "Segmentation fault (core dumped)",
           "cc1: out of memory",
           "connection refused",
           "permission denied",
           "cat: x: No such file or directory",
           "bash: foo: command not found",
           "request timed out",
           "Unhandled rejection",
           "exit on error",
           "Killed",
           "kernel: Out of memory: Killed process 3",
           "[emerg] bind() to 0.0.0.0:80 failed",
           "error",
           "Error!",
           "status=error",
           "(error)",
           "no errors in a.py, 3 errors in b.py",
       }) {
    CAPTURE(line);
    CHECK(speaks_of_error(line));
  }
}

TEST_CASE("lines that only hold the word") {
  for (const char* line : {
           "0 errors",
           "no errors",
           "Done, 0 errors, 0 warnings",
           "errors: 0",
           "failed=0",
           "12 passed, 0 failed",
           "without errors",
           "compiling src/error.ts",
           "src/errors/index.ts 2.1 kB",
           "error.ts",
           "on_error = retry",
           "  test_failed_login ok",
           "error_handler()",
           "--fail-under=90",
           "mirror terror",
           "",
           "all good",
       }) {
    CAPTURE(line);
    CHECK_FALSE(speaks_of_error(line));
  }
}

TEST_CASE("lines that say that all went well") {
  for (const char* line : {"Done in 4s", "ok", "All tests passed", "0 errors", "Success!", "Build succeeded",
                           "build completed successfully"}) {
    CAPTURE(line);
    CHECK(speaks_of_success(line));
  }
  for (const char* line :
       {"not ok", "3 passed, 1 failed", "done with errors", "starting", "", "okay", "src/done.ts"}) {
    CAPTURE(line);
    CHECK_FALSE(speaks_of_success(line));
  }
}

TEST_CASE("a line of any length is judged by its first kilobyte") {
  CHECK(speaks_of_error("error: " + std::string(1'000'000, 'x')));
  CHECK_FALSE(speaks_of_error(std::string(1'000'000, 'x') + " error"));
}

TEST_CASE("lines are grouped by what they have in common, those of errors first, then by count") {
  UnknownLines unknown;
  for (int i = 0; i < 5; ++i) unknown.add("served request " + std::to_string(i));
  for (int i = 0; i < 2; ++i) unknown.add("error: request " + std::to_string(i) + " is lost");
  unknown.add("error: disk is full");
  CHECK(unknown.lines() == 8);
  CHECK(unknown.totals().error_lines == 3);
  const auto commonest = unknown.commonest();
  REQUIRE(commonest.size() == 3);
  CHECK(commonest[0].example == "error: request 0 is lost");
  CHECK(commonest[0].count == 2);
  CHECK(commonest[0].error);
  CHECK(commonest[1].example == "error: disk is full");
  CHECK(commonest[2].count == 5);
  CHECK_FALSE(commonest[2].error);
}

TEST_CASE("the first and the last lines are kept") {
  UnknownLines unknown;
  for (int i = 1; i <= 10; ++i) unknown.add("line " + std::to_string(i));
  CHECK(unknown.totals().head == std::vector<std::string>{"line 1", "line 2", "line 3"});
  CHECK(unknown.totals().tail == std::vector<std::string>{"line 8", "line 9", "line 10"});
}

TEST_CASE("few lines are not kept twice") {
  UnknownLines unknown;
  for (int i = 1; i <= 4; ++i) unknown.add("line " + std::to_string(i));
  CHECK(unknown.totals().head.size() == 3);
  CHECK(unknown.totals().tail == std::vector<std::string>{"line 4"});
}

TEST_CASE("templates are bounded, and what found no room is counted") {
  UnknownLines unknown;
  const auto word = [](int i) {
    return std::string{static_cast<char>('a' + i / 26 % 26), static_cast<char>('a' + i % 26)};
  };
  for (int i = 0; i < 300; ++i) unknown.add("kind " + word(i) + (i >= 26 * 26 ? "x" : ""));
  CHECK(unknown.commonest().size() == UnknownLines::max_templates);
  CHECK(unknown.totals().left_out == 300 - UnknownLines::max_templates);
  CHECK(unknown.lines() == 300);
}

TEST_CASE("whether a stream ends well is told by its last lines") {
  UnknownLines unknown;
  unknown.add("starting");
  CHECK_FALSE(unknown.totals().ends_well);
  unknown.add("Done in 4s");
  CHECK(unknown.totals().ends_well);
  unknown.add("bye");
  CHECK(unknown.totals().ends_well);
  for (int i = 0; i < 5; ++i) unknown.add("starting again");
  CHECK_FALSE(unknown.totals().ends_well);
}

}  // namespace
}  // namespace longhaul::diag::test
