// The classes of codes and programs that shapes tell apart.
#include <doctest/doctest.h>

#include <string>

#include "shape_reading.hpp"

namespace longhaul::diag::test {
namespace {

std::string code_of(const Shape& shape, std::string_view line) {
  const auto fields = read(shape, line);
  return fields ? std::string{fields->code} : "no match";
}

TEST_CASE("A9 is capitals, then digits, then no more of a word") {
  constexpr Shape shape{"{code:A9} {message}"};
  for (const char* code : {"F401", "E9", "UP031", "RUF001", "PLR0913", "S1", "ABCDEF12345"}) {
    CAPTURE(code);
    CHECK(code_of(shape, std::string{code} + " x") == code);
  }
  for (const char* other : {"f401", "401", "F", "ABCDEFG1", "F123456", "F401a", "F401_x", "F40-1", "É401"}) {
    CAPTURE(other);
    CHECK(code_of(shape, std::string{other} + " x") == "no match");
  }
}

TEST_CASE("slug is a rule's name, scope and all") {
  constexpr Shape shape{"{message}  {code:slug}"};
  for (const char* code : {"no-unused-vars", "@typescript-eslint/no-explicit-any", "semi", "react/jsx-key",
                           "unix.Malloc", "local/odd_1"}) {
    CAPTURE(code);
    CHECK(code_of(shape, std::string{"text  "} + code) == code);
  }
  CHECK(code_of(shape, "text  no way") == "no match");
  CHECK(code_of(shape, "text  -dash") == "no match");
}

TEST_CASE("-W is a compiler's option") {
  constexpr Shape shape{"{message} [{code:-W}]"};
  for (const char* code : {"-Wunused", "-Wformat=", "-Werror=unused-variable", "-Werror,-Wunused",
                           "-W#warnings", "-fpermissive", "-Wc++20-extensions", "-Wformat-truncation=2"}) {
    CAPTURE(code);
    CHECK(code_of(shape, std::string{"x ["} + code + "]") == code);
  }
  for (const char* other : {"-O2", "Wunused", "-w", "-Wno such"}) {
    CAPTURE(other);
    CHECK(code_of(shape, std::string{"x ["} + other + "]") == "no match");
  }
}

TEST_CASE("TS is TypeScript's") {
  constexpr Shape shape{"error {code:TS}: {message}"};
  CHECK(code_of(shape, "error TS2322: x") == "TS2322");
  CHECK(code_of(shape, "error TS: x") == "no match");
  CHECK(code_of(shape, "error ts2322: x") == "no match");
  CHECK(code_of(shape, "error TS23x: x") == "no match");
}

TEST_CASE("Name is an exception's class, with its modules") {
  constexpr Shape shape{"{code:Name}: {message}"};
  for (const char* code : {"ValueError", "json.decoder.JSONDecodeError", "KeyboardInterrupt", "_Private",
                           "__main__.Größe", "f.<locals>.Inner"}) {
    CAPTURE(code);
    CHECK(code_of(shape, std::string{code} + ": x") == code);
  }
  for (const char* other : {"9Error", ".Error", "Error.", "two words", "<x>"}) {
    CAPTURE(other);
    CHECK(code_of(shape, std::string{other} + ": x") == "no match");
  }
}

TEST_CASE("report is pyright's") {
  constexpr Shape shape{"{message} ({code:report})"};
  CHECK(code_of(shape, "x (reportMissingImports)") == "reportMissingImports");
  CHECK(code_of(shape, "x (missingImports)") == "no match");
  CHECK(code_of(shape, "x (report missing)") == "no match");
}

TEST_CASE("a name may be a rule's name as well") {
  const auto fields = read("{count}\t{code:A9}\t[*] {name:slug}", "12\tF401\t[*] unused-import");
  REQUIRE(fields);
  CHECK(fields->name == "unused-import");
  CHECK_FALSE(read("{name:slug}: {message}", "no such name: x"));
}

TEST_CASE("programs are known with their path, prefix and version") {
  constexpr Shape driver{"{driver}: {message}"};
  for (const char* line : {"gcc: x", "g++: x", "/usr/bin/gcc: x", "gcc-12: x", "x86_64-linux-gnu-g++-11: x",
                           "cc1: x", "cc1plus: x", "/usr/lib/gcc/x86_64-linux-gnu/12/collect2: x"}) {
    CAPTURE(line);
    CHECK(read(driver, line));
  }
  for (const char* line : {"clang: x", "mygcc: x", "gcc x: x", "gccx: x", ": x", "a.gcc: x"}) {
    CAPTURE(line);
    CHECK_FALSE(read(driver, line));
  }
  CHECK(read("{clang}: {message}", "clang++-19: x"));
  CHECK(read("{clang}: {message}", "/usr/bin/clang: x"));
  CHECK_FALSE(read("{clang}: {message}", "clangd: x"));
  CHECK(read("{linker}: {message}", "/usr/bin/ld: x"));
  CHECK(read("{linker}: {message}", "ld.lld: x"));
  CHECK(read("{linker}: {message}", "x86_64-linux-gnu-ld.gold: x"));
  CHECK_FALSE(read("{linker}: {message}", "old: x"));
  CHECK(read("{make}: *** {message}", "make[2]: *** x"));
  CHECK(read("{make}: *** {message}", "gmake: *** x"));
  CHECK_FALSE(read("{make}: *** {message}", "cmake: *** x"));
}

}  // namespace
}  // namespace longhaul::diag::test
