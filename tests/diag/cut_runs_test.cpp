// A test run that was cut off does not take what the next tool prints.
#include <doctest/doctest.h>

#include <string>

#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

std::string text_of_case(const std::string& name) {
  for (const Fixture& fixture : fixtures_of(name.substr(0, name.find('/'))))
    if (fixture.name == name) return fixture.text;
  FAIL("there is no case " << name);
  return {};
}

// The first part of a text, by whole lines.
std::string cut_off(const std::string& text, std::size_t tenths) {
  return text.substr(0, text.rfind('\n', text.size() * tenths / 10) + 1);
}

TEST_CASE("a run that was cut off anywhere leaves the next tool its lines") {
  for (const char* run : {"pytest/default", "unittest/default", "unittest/verbose", "ctest/output-on-failure",
                          "maven/test-quiet", "vitest/default-4", "googletest/default"})
    for (const char* next : {"tsc/plain-5", "ruff/hundreds-concise", "mypy/default", "eslint/stylish-9",
                             "flake8/default", "shellcheck/default"})
      for (const std::size_t tenths : {3U, 5U, 7U, 9U}) {
        CAPTURE(run);
        CAPTURE(next);
        CAPTURE(tenths);
        const std::string begun = cut_off(text_of_case(run), tenths);
        const std::string other = text_of_case(next);
        CHECK(summary_of(begun + other).total == summary_of(begun).total + summary_of(other).total);
      }
}

TEST_CASE("a run that was cut off and another of the same tool are two runs") {
  const std::string other =
      "============================= test session starts ==============================\n"
      "collected 1 item\n\n"
      "=================================== FAILURES ===================================\n"
      "____________________________________ test_other ________________________________\n"
      "E   assert False\n"
      "other.py:3: AssertionError\n"
      "=========================== short test summary info ============================\n"
      "FAILED other.py::test_other - assert False\n"
      "============================== 1 failed in 0.01s ===============================\n";
  for (const std::size_t tenths : {3U, 5U, 7U}) {
    CAPTURE(tenths);
    const std::string begun = cut_off(text_of_case("pytest/default"), tenths);
    CHECK(summary_of(begun + other).total == summary_of(begun).total + 1);
  }
}

TEST_CASE("what a failing test printed of another tool is not that tool's where the run goes on") {
  const std::string text =
      "============================= test session starts ==============================\n"
      "=================================== FAILURES ===================================\n"
      "____________________________________ test_a ____________________________________\n"
      "E   assert False\n"
      "a.py:3: AssertionError\n"
      "----------------------------- Captured stdout call -----------------------------\n"
      "src/a.ts(3,5): error TS2304: Cannot find name 'x'.\n"
      "Found 99 errors.\n";
  const std::string end =
      "=========================== short test summary info ============================\n"
      "FAILED a.py::test_a - assert False\n"
      "============================== 1 failed in 0.01s ===============================\n";
  CHECK(summary_of(text + end).total == 1);
}

TEST_CASE("more than is kept of a run that was perhaps cut off is another tool's") {
  std::string text = "============================= test session starts ==============================\n"
                     "=================================== FAILURES ===================================\n"
                     "____________________________________ test_a ____________________________________\n";
  constexpr std::size_t many = 10'000;
  for (std::size_t line = 1; line <= many; ++line)
    text += "src/a.ts(" + std::to_string(line) + ",5): error TS2304: Cannot find name 'x'.\n";
  CHECK(summary_of(text).total == many + 1);
}

}  // namespace
}  // namespace longhaul::diag::test
