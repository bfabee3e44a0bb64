// Where a line says that something is: paths of every kind before a position.
#include <doctest/doctest.h>

#include <string>

#include "shape_reading.hpp"

namespace longhaul::diag::test {
namespace {

using Kind = LineHead::Kind;

void check_head(std::string_view line, Kind kind, std::string_view file = {}, std::uint32_t row = 0,
                std::uint32_t column = 0, std::string_view after = {}) {
  CAPTURE(line);
  const LineHead head = find_line_head(line);
  REQUIRE(static_cast<int>(head.kind) == static_cast<int>(kind));
  if (kind == Kind::none) return;
  CHECK(head.file == file);
  CHECK(head.line == row);
  CHECK(head.column == column);
  CHECK(line.substr(head.end) == after);
}

TEST_CASE("a path with line and column") {
  check_head("a.py:3:5: E501 long", Kind::line_column, "a.py", 3, 5, ": E501 long");
  check_head("./src/a.py:3:5: x", Kind::line_column, "./src/a.py", 3, 5, ": x");
  check_head("/srv/app/a.py:3:5 - error", Kind::line_column, "/srv/app/a.py", 3, 5, " - error");
  check_head("a.py:3:5", Kind::line_column, "a.py", 3, 5, "");
}

TEST_CASE("a path with a line alone") {
  check_head("a.py:3: error: x", Kind::line, "a.py", 3, 0, ": error: x");
  check_head("Makefile:12: *** missing separator", Kind::line, "Makefile", 12, 0, ": *** missing separator");
}

TEST_CASE("a position in parentheses") {
  check_head("src/a.ts(3,5): error TS1: x", Kind::parens_line_column, "src/a.ts", 3, 5, "): error TS1: x");
  check_head("main.c(12): error C2065: x", Kind::parens_line, "main.c", 12, 0, "): error C2065: x");
}

TEST_CASE("a drive's letter and backslashes belong to the path") {
  check_head(R"(C:\x\a.py:3:5: E501 long)", Kind::line_column, R"(C:\x\a.py)", 3, 5, ": E501 long");
  check_head(R"(C:\x\a.ts(3,5): error TS1: x)", Kind::parens_line_column, R"(C:\x\a.ts)", 3, 5,
             "): error TS1: x");
  check_head("D:/x/a.c:3: error: y", Kind::line, "D:/x/a.c", 3, 0, ": error: y");
}

TEST_CASE("names may hold blanks, brackets, parentheses, colons and letters of any script") {
  check_head("my file.py:3:5: x", Kind::line_column, "my file.py", 3, 5, ": x");
  check_head("page (copy).ts(3,5): x", Kind::parens_line_column, "page (copy).ts", 3, 5, "): x");
  check_head("app/[id]/page.tsx:3:5: x", Kind::line_column, "app/[id]/page.tsx", 3, 5, ": x");
  check_head("lib/größe.py:3:5: x", Kind::line_column, "lib/größe.py", 3, 5, ": x");
  check_head("a:b.py:3:5: x", Kind::line_column, "a:b.py", 3, 5, ": x");
}

TEST_CASE("a number in parentheses in a name is not the position") {
  check_head("page (2).py:3:5: x", Kind::line_column, "page (2).py", 3, 5, ": x");
  check_head("page(2).py:3:5: x", Kind::line_column, "page(2).py", 3, 5, ": x");
}

TEST_CASE("what is no position") {
  check_head("", Kind::none);
  check_head("a", Kind::none);
  check_head(" a.py:3:5: x", Kind::none);
  check_head("error: a.py:3:5", Kind::none);
  check_head("a.py:x:5", Kind::none);
  check_head("a.py:3x: y", Kind::none);
  check_head("a.py (3,5): x", Kind::none);
  check_head("f(x): y", Kind::none);
  check_head("a.ts(3,5", Kind::none);
  check_head("a.ts(3", Kind::none);
}

TEST_CASE("a head is only searched in the first kilobyte") {
  check_head(std::string(1000, 'a') + ":3:5: x", Kind::line_column, std::string(1000, 'a'), 3, 5, ": x");
  check_head(std::string(2000, 'a') + ":3:5: x", Kind::none);
}

TEST_CASE("a shape with a position takes it from the head") {
  const auto fields = read("{file}:{line}:{column}: {code:A9} {message}", R"(C:\x\a.py:3:5: F401 unused)");
  REQUIRE(fields);
  CHECK(fields->file == R"(C:\x\a.py)");
  CHECK(fields->line == 3);
  CHECK(fields->column == 5);
  CHECK(fields->code == "F401");
  CHECK(fields->message == "unused");
  CHECK(fields->has(Field::file));
  CHECK(fields->has(Field::line));
}

TEST_CASE("a shape without a column is none of a line with one, and the other way round") {
  CHECK_FALSE(read("{file}:{line}: {message}", "a.py:3:5: x"));
  CHECK_FALSE(read("{file}:{line}:{column}: {message}", "a.py:3: x"));
  CHECK_FALSE(read("{file}({line},{column}): {message}", "a.py:3:5: x"));
  CHECK_FALSE(read("{file}({line}): {message}", "a.ts(3,5): x"));
}

TEST_CASE("a message with another position in it changes nothing") {
  const auto fields = read("{file}:{line}:{column}: {message}", "a.py:3:5: see b.py:7:9: there");
  REQUIRE(fields);
  CHECK(fields->file == "a.py");
  CHECK(fields->line == 3);
  CHECK(fields->message == "see b.py:7:9: there");
}

TEST_CASE("a path may stand anywhere in a shape") {
  const auto arrow = read("{ }--> {file}:{line}:{column}", "  --> my file.py:3:5");
  REQUIRE(arrow);
  CHECK(arrow->file == "my file.py");
  CHECK(arrow->line == 3);
  CHECK(arrow->column == 5);
  const auto trace =
      read("  File \"{file}\", line {line}, in {rest}", R"(  File "/srv/a b.py", line 7, in <module>)");
  REQUIRE(trace);
  CHECK(trace->file == "/srv/a b.py");
  CHECK(trace->line == 7);
}

}  // namespace
}  // namespace longhaul::diag::test
