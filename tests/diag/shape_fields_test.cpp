// What each field of a shape takes from a line.
#include <doctest/doctest.h>

#include "shape_reading.hpp"

namespace longhaul::diag::test {
namespace {

TEST_CASE("text of a shape stands for itself, and the whole line must match") {
  CHECK(read("All checks passed!", "All checks passed!"));
  CHECK_FALSE(read("All checks passed!", "All checks passed"));
  CHECK_FALSE(read("All checks passed!", "All checks passed! Not"));
  CHECK_FALSE(read("All checks passed!", " All checks passed!"));
  CHECK_FALSE(read("All checks passed!", ""));
}

TEST_CASE("a captured field is reported as captured, and no other") {
  const auto fields = read("{code:A9} {message}", "F401 unused");
  REQUIRE(fields);
  CHECK(fields->has(Field::code));
  CHECK(fields->has(Field::message));
  CHECK_FALSE(fields->has(Field::file));
  CHECK_FALSE(fields->has(Field::line));
  CHECK_FALSE(fields->has(Field::severity));
}

TEST_CASE("a path is the shortest text that lets the rest match") {
  const auto fields = read("{file}: {message}", "a.py: b.py: wrong");
  REQUIRE(fields);
  CHECK(fields->file == "a.py");
  CHECK(fields->message == "b.py: wrong");
}

TEST_CASE("a path neither begins with a blank nor holds ': '") {
  CHECK_FALSE(read("{file}: {message}", " a.py: wrong"));
  CHECK_FALSE(read("see {file} there", "see a: b there"));
  CHECK(read("see {file} there", "see a b there")->file == "a b");
}

TEST_CASE("a message is the longest text that lets the rest match") {
  const auto fields = read("{message} [{code:slug}]", "index [0] is wrong [bad-index]");
  REQUIRE(fields);
  CHECK(fields->message == "index [0] is wrong");
  CHECK(fields->code == "bad-index");
}

TEST_CASE("a name is the shortest text that lets the rest match") {
  const auto fields = read("FAIL {name} > {message}", "FAIL suite > case > deep");
  REQUIRE(fields);
  CHECK(fields->name == "suite");
  CHECK(fields->message == "case > deep");
}

TEST_CASE("names and messages are never empty, and lose the blanks around them") {
  CHECK_FALSE(read("error: {message}", "error: "));
  CHECK_FALSE(read("error:{message}", "error:   "));
  CHECK(read("error:{message}", "error:  x  ")->message == "x");
}

TEST_CASE("{rest} takes anything, also nothing, and keeps it not") {
  CHECK(read("npm ERR!{rest}", "npm ERR!"));
  const auto fields = read("npm ERR!{rest}", "npm ERR! code ELIFECYCLE");
  REQUIRE(fields);
  CHECK(fields->captured == 0);
}

TEST_CASE("{word} is a run of non-blanks") {
  CHECK(read("in {word} seconds", "in 0.31s seconds"));
  CHECK_FALSE(read("in {word} seconds", "in two long seconds"));
  CHECK_FALSE(read("in {word} seconds", "in  seconds"));
}

TEST_CASE("numbers are decimal digits") {
  CHECK(read("Found {total} errors.", "Found 53 errors.")->total == 53);
  CHECK(read("Found {total} errors.", "Found 0 errors.")->total == 0);
  CHECK(read("{errors} errors, {warnings} warnings", "3 errors, 9 warnings")->errors == 3);
  CHECK(read("{errors} errors, {warnings} warnings", "3 errors, 9 warnings")->warnings == 9);
  CHECK(read("{count}\t{message}", "12\tF401")->count == 12);
  CHECK(read("{number} passed", "12 passed")->captured == 0);
  CHECK_FALSE(read("Found {total} errors.", "Found -1 errors."));
  CHECK_FALSE(read("Found {total} errors.", "Found 1.5 errors."));
  CHECK_FALSE(read("Found {total} errors.", "Found many errors."));
}

TEST_CASE("a number too long to be a count is none") {
  CHECK(read("{total} errors", "999999999999 errors")->total == 999'999'999'999);
  CHECK_FALSE(read("{total} errors", "1234567890123 errors"));
  CHECK_FALSE(read("{total} errors", "99999999999999999999999999999999 errors"));
}

TEST_CASE("two of {fixable} are added up") {
  CHECK(read("{fixable} errors and {fixable} warnings potentially fixable",
             "210 errors and 3 warnings potentially fixable")
            ->fixable == 213);
}

TEST_CASE("{severity} knows the words of all tools, in any case") {
  const auto severity = [](std::string_view line) { return read("{severity}: {message}", line); };
  for (const char* line :
       {"error: x", "Error: x", "ERROR: x", "fatal: x", "fatal error: x", "Fatal error: x"}) {
    CAPTURE(line);
    REQUIRE(severity(line));
    CHECK(severity(line)->severity == Severity::error);
  }
  for (const char* line : {"warning: x", "WARNING: x", "convention: x", "refactor: x"}) {
    CAPTURE(line);
    REQUIRE(severity(line));
    CHECK(severity(line)->severity == Severity::warning);
  }
  for (const char* line :
       {"note: x", "info: x", "information: x", "help: x", "hint: x", "remark: x", "notice: x"}) {
    CAPTURE(line);
    REQUIRE(severity(line));
    CHECK(severity(line)->severity == Severity::note);
  }
  CHECK_FALSE(severity("errors: x"));
  CHECK_FALSE(severity("warn: x"));
  CHECK_FALSE(severity("infos: x"));
}

TEST_CASE("{counts} is kept as it is, to be read as numbers with names") {
  const auto fields = read("{*:=} {counts} in {word} {*:=}", "==== 1 failed, 2 passed in 0.31s ====");
  REQUIRE(fields);
  CHECK(fields->counts == "1 failed, 2 passed");
}

TEST_CASE("{offset} is hexadecimal and kept as the column") {
  const auto fields =
      read("{file}:({rest}+0x{offset}): {message}", "main.c:(.text+0x1f): undefined reference");
  REQUIRE(fields);
  CHECK(fields->file == "main.c");
  CHECK(fields->column == 0x1f);
  CHECK_FALSE(read("+0x{offset}", "+0xg"));
}

TEST_CASE("{?text} is there or not") {
  for (const char* line : {"Found 1 error.", "Found 2 errors."})
    CHECK(read("Found {total} error{?s}.", line));
  CHECK_FALSE(read("Found {total} error{?s}.", "Found 2 errorss."));
}

TEST_CASE("optional text is given back where the rest needs it") {
  CHECK(read("a{?b}b", "ab"));
  CHECK(read("a{?b}b", "abb"));
  CHECK(read("{?- }{message}", "- x")->message == "x");
  CHECK(read("{?- }{message}", "- ")->message == "-");
}

TEST_CASE("{fix:text} marks what it finds fixable, and only where it is there") {
  CHECK(read("{code:A9} {fix:[*] }{message}", "F401 [*] unused")->fix);
  CHECK_FALSE(read("{code:A9} {fix:[*] }{message}", "F841 unused")->fix);
  CHECK(read("{code:A9} {fix:[*] }{message}", "F401 [*] unused")->message == "unused");
  // where the mark is given back it did not mark anything
  CHECK_FALSE(read("{fix:x}x", "x")->fix);
}

TEST_CASE("{ } is some blanks and {~} blanks or none") {
  CHECK(read("a{ }b", "a b"));
  CHECK(read("a{ }b", "a \t  b"));
  CHECK_FALSE(read("a{ }b", "ab"));
  CHECK(read("a{~}b", "ab"));
  CHECK(read("a{~}b", "a   b"));
  CHECK_FALSE(read("a{~}b", "a.b"));
}

TEST_CASE("a run is one or more of its text") {
  CHECK(read("{*:=} FAILURES {*:=}", "=== FAILURES ==="));
  CHECK(read("{*:=} FAILURES {*:=}", "= FAILURES ="));
  CHECK_FALSE(read("{*:=} FAILURES {*:=}", " FAILURES ="));
  CHECK_FALSE(read("{*:=} FAILURES {*:=}", "=== FAILURES ---"));
}

TEST_CASE("what a shape captured on a way that failed is forgotten") {
  const auto fields = read("{?{}{message}", "{x");
  REQUIRE(fields);
  CHECK(fields->message == "x");
  CHECK_FALSE(read("{fix:[*] }{code:A9}", "[*] none"));
}

}  // namespace
}  // namespace longhaul::diag::test
