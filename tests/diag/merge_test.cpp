// Records of parts become the record of the whole, in whatever order and grouping they are merged.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "diag/analyser.hpp"
#include "diag/merger.hpp"
#include "diag/render.hpp"
#include "fixtures.hpp"
#include "merge_records.hpp"

namespace longhaul::diag::test {
namespace {

// In groups of groups.
std::string merged_in_a_tree(std::vector<std::string> records, std::mt19937& random) {
  while (records.size() > 1) {
    const std::size_t at = random() % (records.size() - 1);
    const std::size_t some = std::min<std::size_t>(2 + random() % 3, records.size() - at);
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = begin + static_cast<std::ptrdiff_t>(some);
    const std::string one = merged({begin, end});
    records.erase(begin + 1, end);
    records[at] = one;
  }
  return merged(records);
}

std::vector<std::string> some_records(std::mt19937& random) {
  static const std::vector<Fixture> all = all_fixtures();
  std::vector<std::string> records;
  for (std::size_t left = 2 + random() % 6; left > 0; --left) {
    const std::string& text = all[random() % all.size()].text;
    // Whole, or a part of it.
    const std::size_t begin = text.empty() || random() % 3 != 0 ? 0 : random() % text.size();
    records.push_back(record_of(std::string_view{text}.substr(begin)));
  }
  return records;
}

TEST_CASE("all fixtures: a record merged with none is itself") {
  for (const Fixture& fixture : all_fixtures()) {
    CAPTURE(fixture.name);
    const std::string record = record_of(fixture.text);
    CHECK(merged({record}) == record);
  }
}

TEST_CASE("merging is commutative and associative, whatever the records are of") {
  std::mt19937 random{29};
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    std::vector<std::string> records = some_records(random);
    const std::string once = merged(records);
    std::shuffle(records.begin(), records.end(), random);
    CHECK(merged(records) == once);
    CHECK(merged_in_a_tree(records, random) == once);
  }
}

TEST_CASE("a record merged with itself counts its findings once") {
  for (const Fixture& fixture : all_fixtures()) {
    CAPTURE(fixture.name);
    const std::string record = record_of(fixture.text);
    const Summary once = summary_of_records({record});
    const Summary twice = summary_of_records({record, record});
    CHECK(twice.total == once.total);
    CHECK(twice.fixable == once.fixable);
    CHECK(twice.files == once.files);
    CHECK(twice.hash == once.hash);
  }
}

// What a record says of an input, without its size and what it is merged by.
std::string essence(Summary summary) {
  summary.raw_size = 0;
  summary.suggestion.clear();
  summary.mergeable.clear();
  summary.parsed.reset();
  std::erase_if(summary.tools, [](const Summary::Tool& tool) { return tool.total == 0; });
  summary.unknown_lines = summary.unknown_error_lines = 0;
  summary.unknown.clear();
  summary.head.clear();
  summary.tail.clear();
  return render_json(summary, 0);
}

// Outputs that say whose they are and how much there is: whatever stands before or behind them is read the
// same.
std::vector<Fixture> undamaged_outputs() {
  const std::string gaps = '\n' + source_file("tests/diag/known_gaps.txt");
  const auto is_whole = [&](const std::string& name) {
    if (gaps.find('\n' + name + ": ") != std::string::npos) return false;
    // A prefix is learned from the first lines, and a total alone is told by what stands around it.
    for (const char* damaged : {"prefix", "stamp", "cut", "tail", "head", "interleaved", "count",
                                "statistics", "plugins", "mixed/", "maven/"})
      if (name.find(damaged) != std::string::npos) return false;
    return true;
  };
  std::vector<Fixture> outputs;
  for (Fixture& fixture : all_fixtures())
    if (is_whole(fixture.name)) outputs.push_back(std::move(fixture));
  return outputs;
}

// Tools that print lines of the same shape are told apart by what else is in the stream.
bool looks_like(const std::string& name, const std::string& other) {
  const std::vector<std::vector<std::string>> look_alikes{
      {"gcc", "clang", "clang-tidy", "make", "ninja", "cmake", "cppcheck"},
      {"ruff", "flake8", "pycodestyle", "pydocstyle", "pyflakes", "pylint"},
      {"eslint", "yamllint"},
      {"pytest"},
      {"vitest", "jest"}};
  const auto in = [](const std::vector<std::string>& all, const std::string& fixture) {
    return std::ranges::find(all, fixture.substr(0, fixture.find('/'))) != all.end();
  };
  return std::ranges::any_of(look_alikes, [&](const auto& all) { return in(all, name) && in(all, other); });
}

TEST_CASE("the records of whole outputs become the record of all of them in one stream") {
  std::mt19937 random{31};
  const std::vector<Fixture> all = undamaged_outputs();
  for (int round = 0; round < 400; ++round) {
    std::vector<std::string> names;
    std::string text;
    std::vector<std::string> records;
    for (std::size_t left = 2 + random() % 3; left > 0; --left) {
      const Fixture& fixture = all[random() % all.size()];
      if (std::ranges::any_of(names, [&](const auto& name) { return looks_like(name, fixture.name); }))
        continue;
      names.push_back(fixture.name);
      records.push_back(record_of(fixture.text));
      text += fixture.text;
      if (!text.ends_with('\n')) text += '\n';
    }
    std::string all_names;
    for (const std::string& name : names) all_names += name + ' ';
    CAPTURE(all_names);
    CHECK(essence(summary_of_records(records)) == essence(summary_of(text)));
  }
}

TEST_CASE("a long output cut between its findings has the record of the whole") {
  for (const char* name : {"ruff/hundreds-concise", "mypy/default", "tsc/plain-5", "flake8/default"}) {
    const std::string folder{name, std::string_view{name}.find('/')};
    for (const Fixture& fixture : fixtures_of(folder)) {
      if (fixture.name != name) continue;
      CAPTURE(fixture.name);
      std::vector<std::string> records;
      std::string part;
      std::string last;
      std::istringstream lines{fixture.text};
      for (std::string line; std::getline(lines, line); last = line) {
        // Two findings of one line that look the same are two only where they stand together.
        if (std::ranges::count(part, '\n') >= 3 && line != last)
          records.push_back(record_of(std::exchange(part, {})));
        part += line + '\n';
      }
      records.push_back(record_of(part));
      CHECK(records.size() > 3);
      CHECK(essence(summary_of_records(records)) == essence(summary_of(fixture.text)));
    }
  }
}

TEST_CASE("beyond what is kept for merging all is still counted, and said to be approximate") {
  std::string text;
  constexpr std::size_t in_a_file = 16;
  constexpr std::size_t files = kept_findings / in_a_file + 1'000;
  for (std::size_t at = 0; at < files * in_a_file; ++at)
    text += "part" + std::to_string(at / in_a_file) + ".py:" + std::to_string(at % in_a_file + 1) +
            ":1: F401 [*] `os` imported but unused\n";
  const std::string record = record_of(text);
  const Summary whole = summary_of(text);
  for (const std::vector<std::string>& records :
       {std::vector{record}, std::vector{record, record_of("x.py:1:1: F401 `os` imported but unused\n")}}) {
    const Summary one = summary_of_records(records);
    CHECK(one.total == whole.total + records.size() - 1);
    CHECK(one.files == files + records.size() - 1);
    CHECK(one.groups.front().files == one.files);
    CHECK(one.fixable == whole.fixable);
    CHECK(one.counts_approximate);
  }
}

TEST_CASE("what is no record is refused with a reason") {
  Merger merger;
  for (const char* text :
       {"", "{", "[1]", "{}", R"({"merge":3})", R"({"merge":{}})", R"({"merge":{"version":2}})",
        R"({"merge":{"version":1,"tools":[{"tool":"no such tool"}]}})",
        R"({"merge":{"version":1,"tools":[{"tool":"ruff","layouts":[{"layout":9}]}]}})",
        R"({"merge":{"version":1,"files":["a","a"]}})"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(merger.add(text), core::Error);
  }
}

TEST_CASE("a damaged record is refused, or read: never followed out of its bounds") {
  std::mt19937 random{37};
  const std::vector<Fixture> all = all_fixtures();
  for (int round = 0; round < 2'000; ++round) {
    std::string record = record_of(all[random() % all.size()].text);
    for (int times = 0; times < 3; ++times)
      record[random() % record.size()] = "0159\"{}[],:xz"[random() % 13];
    Merger merger;
    try {
      merger.add(record);
      (void)merger.finish();
    } catch (const core::Error& error) {
      CHECK_FALSE(error.reason.empty());
    }
  }
}

TEST_CASE("a command that failed and said nothing makes the whole not clean, whatever others found") {
  const std::string silent = record_of("", {.working_directory = {}, .status = 3});
  const std::string clean = record_of("All checks passed!\n");
  CHECK(summary_of_records({clean}).clean());
  const Summary both = summary_of_records({clean, silent});
  CHECK_FALSE(both.clean());
  CHECK(both.silent_status == 3);
}

}  // namespace
}  // namespace longhaul::diag::test
