// More room never says less; and what is said is true to the summary.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "diag/format.hpp"
#include "diag/render.hpp"
#include "store/json_reader.hpp"

namespace longhaul::diag::test {
namespace {

std::string some_text(std::mt19937& random) {
  static const std::string pieces[] = {"größe", " ",    "\"", "\\",   "\n",   "\x01", "\xff",
                                       "→",     "日本", "a",  "src/", "F401", "x.py", "\x1b[31m"};
  std::string text;
  for (std::size_t n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
  return text;
}

// A summary such as no input gives.
Summary some_summary(std::mt19937& random) {
  Summary summary;
  summary.kind = static_cast<Kind>(random() % kind_count);
  summary.recognised = random() % 4 != 0;
  summary.suggestion = some_text(random);
  summary.actionable = random() % 2 == 0;
  summary.raw_size = random();
  summary.cut_lines = random() % 3;
  summary.hash = "0123456789abcdef";
  summary.counts_approximate = random() % 8 == 0;
  const auto all = formats();
  for (std::size_t n = random() % 4; n > 0; --n) {
    Summary::Tool tool;
    tool.name = all[random() % all.size()]->name;
    tool.kind = static_cast<Kind>(random() % kind_count);
    tool.errors = tool.total = random() % 1000;
    summary.tools.push_back(tool);
    summary.total += tool.total;
    summary.tool = tool.name;
  }
  summary.errors = summary.total;
  summary.files = random() % 100;
  summary.fixable = summary.total == 0 ? 0 : random() % summary.total;
  if (random() % 4 == 0) summary.shown = random() % 10;
  if (random() % 4 == 0) summary.parsed = random() % 10;
  for (std::size_t n = summary.total == 0 ? 0 : random() % 40; n > 0; --n) {
    Summary::CodeGroup group;
    group.code = some_text(random) + "c" + std::to_string(n);
    group.name = some_text(random);
    group.message = some_text(random);
    group.first = some_text(random);
    group.count = random() % 1'000'000;
    group.files = random() % 10;
    group.tool = summary.tool;
    summary.groups.push_back(group);
  }
  for (std::size_t n = random() % 10; n > 0; --n)
    summary.directories.push_back({some_text(random), random() % 100});
  for (std::size_t n = random() % 10; n > 0; --n) {
    UnknownLines::Template each;
    each.masked = some_text(random);
    each.example = some_text(random);
    each.count = random() % 100;
    summary.unknown.push_back(each);
    summary.unknown_lines += each.count;
  }
  if (random() % 2 == 0) summary.head = summary.tail = {some_text(random), some_text(random)};
  return summary;
}

TEST_CASE("of any summary and any budget the record fits, and is one line of valid JSON with the total") {
  std::mt19937 random{29};
  simdjson::dom::parser parser;
  for (int round = 0; round < 40; ++round) {
    const Summary summary = some_summary(random);
    for (std::uint64_t most = least_budget; most <= 3000; most += 1 + random() % 99) {
      const std::string record = render_json(summary, most);
      REQUIRE(record.size() <= most);
      REQUIRE(record.find('\n') == record.size() - 1);
      REQUIRE(store::is_utf8(record));
      std::uint64_t total = UINT64_MAX;
      REQUIRE(parser.parse(record)["total"].get(total) == simdjson::SUCCESS);
      REQUIRE(total == summary.total);
    }
    simdjson::dom::array groups;
    const std::string whole = render_json(summary, 0);
    const bool listed = parser.parse(whole)["groups"].get(groups) == simdjson::SUCCESS;
    CHECK((listed ? groups.size() : 0) == summary.groups.size());
  }
}

TEST_CASE("of any summary and any budget the text fits and is fit to be printed") {
  std::mt19937 random{31};
  for (int round = 0; round < 60; ++round) {
    const Summary summary = some_summary(random);
    for (std::uint64_t most = least_budget; most <= 2000; most += 1 + random() % 69) {
      const std::string text = render_text(summary, most);
      REQUIRE(text.size() <= most);
      REQUIRE(text.ends_with('\n'));
      REQUIRE(store::is_utf8(text));
      REQUIRE(text.find('\x1b') == std::string::npos);
    }
  }
}

TEST_CASE("the size that a record tells is its own, without the line end") {
  std::mt19937 random{37};
  simdjson::dom::parser parser;
  for (int round = 0; round < 200; ++round) {
    const std::string record = render_json(some_summary(random), random() % 2 == 0 ? 0 : 600);
    std::uint64_t size = 0;
    if (parser.parse(record)["compressedSize"].get(size) != simdjson::SUCCESS) continue;
    CHECK(size + 1 >= record.size());
    CHECK(size <= record.size());
  }
}

}  // namespace
}  // namespace longhaul::diag::test
