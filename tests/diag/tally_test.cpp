// Counting: each finding once, checked against the tools' own totals.
#include <doctest/doctest.h>

#include <string>

#include "diag/tally.hpp"

namespace longhaul::diag::test {
namespace {

const Format& format(std::string_view name) { return *find_format(name); }
const Format& ruff = format("ruff");
const Format& mypy = format("mypy");
const Format& pytest = format("pytest");

Diagnostic finding(std::uint32_t line, std::string_view code = "F401", std::string_view file = "a.py") {
  Diagnostic found;
  found.line = line;
  found.column = 1;
  found.code = code;
  found.message = "x is unused";
  found.file = file;
  return found;
}

OwnTotal total_of(std::uint64_t total) {
  OwnTotal own;
  own.total = total;
  return own;
}

void add(Tally& tally, const Diagnostic& found, const Format& by = ruff, const RuleDetail& how = {}) {
  tally.add(by, found, how, Claim::maybe);
}

void add_lines(Tally& tally, std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t line = from; line <= to; ++line) add(tally, finding(line));
}

const ToolTally& only(const Tally& tally) {
  REQUIRE(tally.tools().size() == 1);
  return tally.tools().front();
}

TEST_CASE(
    "a finding printed twice counts once; at another place, or with another code or message, it is another") {
  Tally tally;
  add(tally, finding(3));
  add(tally, finding(3));
  CHECK(only(tally).total() == 1);
  add(tally, finding(4));
  add(tally, finding(3, "E501"));
  add(tally, finding(3, "F401", "b.py"));
  Diagnostic other = finding(3);
  other.message = "y is unused";
  add(tally, other);
  other = finding(3);
  other.column = 9;
  add(tally, other);
  CHECK(only(tally).total() == 6);
  CHECK(only(tally).fullest().files == 2);
}

TEST_CASE("without columns two alike on one line are two, and the same printed again later is not") {
  Tally tally;
  Diagnostic found = finding(3);
  found.column = 0;
  add(tally, found);
  add(tally, found);
  CHECK(only(tally).total() == 2);
  Diagnostic between = found;
  between.line = 9;
  add(tally, between);
  add(tally, found);
  add(tally, found);
  CHECK(only(tally).total() == 3);
}

TEST_CASE("errors and warnings are apart, notes are never counted") {
  Tally tally;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::warning, Severity::note}) {
    Diagnostic found =
        finding(static_cast<std::uint32_t>(tally.tools().empty() ? 1 : only(tally).total() + 1));
    found.severity = severity;
    add(tally, found, mypy);
  }
  CHECK(only(tally).parts() == Parts{1, 2});
}

TEST_CASE("statistics count as many as they say") {
  Tally tally;
  Diagnostic found = finding(0);
  found.count = 12;
  found.fixable = true;
  add(tally, found);
  CHECK(only(tally).total() == 12);
  CHECK(only(tally).fixable() == 12);
}

TEST_CASE("a total that agrees changes nothing") {
  Tally tally;
  add_lines(tally, 1, 3);
  tally.own_total(ruff, total_of(3), {});
  tally.finish(0);
  CHECK(only(tally).total() == 3);
  CHECK(only(tally).shown() == 3);
  CHECK_FALSE(only(tally).disagrees());
}

TEST_CASE("where only a part was shown the tool's own total counts, and what was seen is told") {
  Tally tally;
  add_lines(tally, 1, 3);
  tally.own_total(ruff, total_of(53), {});
  tally.finish(0);
  CHECK(only(tally).total() == 53);
  CHECK(only(tally).shown() == 3);
  CHECK(only(tally).disagrees());
}

TEST_CASE("a total smaller than what was seen does not take findings away") {
  Tally tally;
  add_lines(tally, 1, 3);
  tally.own_total(ruff, total_of(2), {});
  tally.finish(0);
  CHECK(only(tally).total() == 3);
  CHECK(only(tally).disagrees());
}

TEST_CASE("a total in quoted text is found out by the one that fits without it") {
  Tally tally;
  add_lines(tally, 1, 2);
  tally.own_total(ruff, total_of(99), {});
  add_lines(tally, 3, 3);
  tally.own_total(ruff, total_of(3), {});
  tally.finish(0);
  CHECK(only(tally).total() == 3);
  CHECK_FALSE(only(tally).disagrees());
}

TEST_CASE("two runs with a total each are the sum, a run printed again is not") {
  Tally tally;
  add_lines(tally, 1, 3);
  tally.own_total(ruff, total_of(3), {});
  add_lines(tally, 4, 5);
  tally.own_total(ruff, total_of(2), {});
  CHECK(only(tally).total() == 5);
  add_lines(tally, 1, 3);
  tally.own_total(ruff, total_of(3), {});
  add_lines(tally, 4, 5);
  tally.own_total(ruff, total_of(2), {});
  tally.finish(0);
  CHECK(only(tally).total() == 5);
  CHECK_FALSE(only(tally).disagrees());
}

TEST_CASE("a total with nothing before it counts where the tool has the stream for itself") {
  Tally alone;
  alone.own_total(ruff, total_of(53), {});
  alone.finish(0);
  CHECK(only(alone).total() == 53);
  CHECK(only(alone).shown() == 0);

  Tally among_others;
  add(among_others, finding(1), mypy);
  among_others.own_total(ruff, total_of(53), {});
  among_others.finish(0);
  for (const ToolTally& tool : among_others.tools()) CHECK(tool.total() == (tool.format == &mypy ? 1 : 0));

  Tally among_unknown_lines;
  among_unknown_lines.own_total(ruff, total_of(53), {});
  among_unknown_lines.finish(1000);
  CHECK(only(among_unknown_lines).total() == 0);
}

TEST_CASE("totals that turn out to be quoted leave no trace, whatever stood before them") {
  Tally tally;
  tally.own_total(ruff, total_of(99), {});
  add_lines(tally, 1, 2);
  tally.own_total(ruff, total_of(50), {});
  add_lines(tally, 3, 3);
  tally.own_total(ruff, total_of(3), {});
  add(tally, finding(1), mypy);
  tally.finish(0);
  for (const ToolTally& tool : tally.tools()) CHECK(tool.total() == (tool.format == &mypy ? 1 : 3));
}

TEST_CASE("the tool's word on what is fixable counts where the lines do not say it") {
  Tally tally;
  add_lines(tally, 1, 3);
  OwnTotal own = total_of(3);
  own.fixable = 2;
  tally.own_total(ruff, own, {});
  CHECK(only(tally).fixable() == 2);
  OwnTotal too_many;
  too_many.fixable = 99;
  tally.own_total(ruff, too_many, {});
  CHECK(only(tally).fixable() <= only(tally).total());
}

Diagnostic test(std::string_view name) {
  Diagnostic found;
  found.file = "tests/a.py";
  found.name = name;
  found.message = "assert 1 == 2";
  return found;
}

TEST_CASE("layouts that show the same findings again count once: the fullest is the answer") {
  Tally tally;
  for (const char* name : {"one", "two"}) add(tally, test(name), pytest, {.channel = 0});
  for (const char* name : {"one", "two", "three"}) add(tally, test(name), pytest, {.channel = 1});
  tally.finish(0);
  CHECK(only(tally).total() == 3);
  CHECK(only(tally).shown() == 3);
}

TEST_CASE("the layout that fits the tool's own total is believed, not one that quoted text got into") {
  Tally tally;
  for (const char* name : {"one", "two", "quoted"}) add(tally, test(name), pytest, {.channel = 0});
  for (const char* name : {"one", "two"}) add(tally, test(name), pytest, {.channel = 1});
  OwnTotal own;
  own.parts = {2, std::nullopt};
  tally.own_total(pytest, own, {});
  tally.finish(0);
  CHECK(only(tally).total() == 2);
  CHECK_FALSE(only(tally).disagrees());
}

TEST_CASE("failed tests and suites that failed to load are both counted, and told apart in totals") {
  Tally tally;
  add(tally, test("one"), pytest);
  add(tally, test("two"), pytest, {.suite = true});
  OwnTotal own;
  own.parts = {1, 1};
  tally.own_total(pytest, own, {});
  tally.finish(0);
  CHECK(only(tally).total() == 2);
  CHECK_FALSE(only(tally).disagrees());
}

TEST_CASE("a failure that only follows from others is kept apart") {
  Tally tally;
  add(tally, finding(1), format("gcc"));
  add(tally, finding(0, "", ""), format("make"), {.follower = true});
  CHECK(only(tally).format == &format("gcc"));
  REQUIRE(tally.followers().size() == 1);
  CHECK(tally.followers().front().format == &format("make"));
}

TEST_CASE("findings given to a look-alike are renamed by the first line that is surely another's") {
  Tally tally;
  const Format& flake8 = format("flake8");
  add(tally, finding(1), flake8);
  add(tally, finding(2), flake8);
  tally.add(ruff, finding(3), {}, Claim::sure);
  CHECK(only(tally).format == &ruff);
  CHECK(only(tally).total() == 3);
  add(tally, finding(2), flake8);
  std::uint64_t total = 0;
  for (const ToolTally& tool : tally.tools()) total += tool.total();
  CHECK(total == 3);
}

TEST_CASE("groups are by code and tell count, fixable, first place and files") {
  Tally tally;
  Diagnostic found = finding(1);
  add(tally, found);
  found.line = 2;
  found.fixable = true;
  add(tally, found);
  found.file = "b.py";
  add(tally, found);
  add(tally, finding(9, "E501"));
  const auto& groups = only(tally).fullest().groups;
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].code == "F401");
  CHECK(groups[0].count == 3);
  CHECK(groups[0].fixable == 2);
  CHECK(groups[0].first().place == "a.py:1");
  CHECK(groups[0].files == 2);
  CHECK(groups[1].code == "E501");
  CHECK(groups[1].files == 1);
}

TEST_CASE("codes past the bound are counted together, and all findings still are") {
  Tally tally;
  for (std::uint32_t i = 0; i < max_groups + 100; ++i) {
    const std::string code = "C" + std::to_string(i);
    add(tally, finding(i + 1, code));
  }
  CHECK(only(tally).total() == max_groups + 100);
  CHECK(only(tally).fullest().groups.size() == max_groups);
  CHECK(only(tally).fullest().codes_left_out == 100);
}

TEST_CASE("findings past what is remembered are counted, and said to be approximate") {
  Tally tally;
  Diagnostic found = finding(1);
  for (std::uint32_t line = 1; line <= 600'000; ++line) {
    found.line = line;
    add(tally, found);
  }
  CHECK(only(tally).total() > 599'900);
  CHECK(only(tally).total() <= 600'000);
  CHECK(tally.forgot_findings());
}

TEST_CASE("a tool that says that all is well has spoken") {
  Tally tally;
  tally.clean(mypy);
  CHECK(only(tally).spoke());
  CHECK(only(tally).total() == 0);
}

}  // namespace
}  // namespace longhaul::diag::test
