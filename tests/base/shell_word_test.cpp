#include "base/shell_word.hpp"

#include <doctest/doctest.h>

using namespace longhaul::core;

TEST_CASE("a word stays as it is where a shell leaves it alone, and is quoted else") {
  CHECK(shell_word("a/b-c_1.log") == "a/b-c_1.log");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a b") == "'a b'");
  CHECK(shell_word("it's") == "'it'\\''s'");
  for (const char* text : {"$(x)", "`x`", "a;b", "a\nb", "*", "~", "#", "\\", "a&b"})
    CHECK(shell_word(text) == "'" + std::string{text} + "'");
}

TEST_CASE("a path is never an option") {
  CHECK(shell_path("-rf") == "./-rf");
  CHECK(shell_path("-r f") == "'./-r f'");
  CHECK(shell_path("a") == "a");
}
