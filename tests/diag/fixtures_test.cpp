// Every output under tests/fixtures is summarised, and the numbers compared with what the tool itself knew.
//
// known_gaps.txt lists what the program does not get right yet. A case that differs otherwise than listed
// fails, and so does one that is listed and differs no longer.
#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;
using Counts = std::map<std::string, std::uint64_t>;

// What differs: the name of the field, and how.
using Differences = std::map<std::string, std::string>;

template <typename T>
std::string text_of(const T& value) {
  std::ostringstream out;
  out << std::boolalpha << value;
  return out.str();
}

void append(std::string& list, std::string_view part) {
  if (!list.empty()) list += ", ";
  list += part;
}

template <typename T, typename Mine>
void compare(const object& truth, const char* key, const Mine& mine, Differences& differences) {
  T expected;
  if (truth[key].get(expected) != simdjson::SUCCESS || T(mine) == expected)
    return;  // absent or null: cannot be told
  differences[key] = text_of(T(mine)) + " not " + text_of(expected);
}

Counts codes_of(const Summary& summary) {
  Counts codes;
  for (const Summary::CodeGroup& group : summary.groups) codes[group.code] += group.count;
  return codes;
}

std::string difference_of(const Counts& mine, const Counts& expected) {
  std::string text;
  const auto show = [&](const std::string& code, std::uint64_t has, std::uint64_t should) {
    if (has != should) append(text, code + ' ' + text_of(has) + " not " + text_of(should));
  };
  for (const auto& [code, count] : expected) show(code, mine.contains(code) ? mine.at(code) : 0, count);
  for (const auto& [code, count] : mine)
    if (!expected.contains(code)) show(code, count, 0);
  return text;
}

void compare_codes(const object& truth, const Summary& summary, Differences& differences) {
  object codes;
  if (truth["codes"].get(codes) != simdjson::SUCCESS) return;
  Counts expected;
  for (const auto& [code, count] : codes) expected[std::string{code}] = count;
  const std::string text = difference_of(codes_of(summary), expected);
  if (!text.empty()) differences["codes"] = text;
}

// `mine` is a Summary or one of its tools.
template <typename Mine>
void compare_numbers(const object& truth, const Mine& mine, Differences& differences) {
  compare<std::uint64_t>(truth, "total", mine.total, differences);
  compare<std::uint64_t>(truth, "errors", mine.errors, differences);
  compare<std::uint64_t>(truth, "warnings", mine.warnings, differences);
  compare<std::uint64_t>(truth, "fixable", mine.fixable, differences);
  compare<std::uint64_t>(truth, "files", mine.files, differences);
}

// The parts of a stream of several tools.
void compare_tools(const object& truth, const Summary& summary, Differences& differences) {
  object tools;
  if (truth["tools"].get(tools) != simdjson::SUCCESS) return;
  std::string text;
  for (const auto& [name, expected] : tools) {
    const auto mine =
        std::find_if(summary.tools.begin(), summary.tools.end(),
                     [wanted = std::string_view{name}](const auto& t) { return t.name == wanted; });
    Differences parts;
    if (mine == summary.tools.end())
      parts["tool"] = "missing";
    else {
      compare_numbers(expected, *mine, parts);
      compare<std::string_view>(expected, "errorType", name_of(mine->kind).id, parts);
    }
    for (const auto& [key, how] : parts) append(text, std::string{name} + "." + key + ' ' + how);
  }
  for (const Summary::Tool& tool : summary.tools)
    if (tool.total != 0 && tools[tool.name].error() != simdjson::SUCCESS)
      append(text, tool.name + " said nothing");
  if (!text.empty()) differences["tools"] = text;
}

Differences differences_of(const Fixture& fixture) {
  simdjson::dom::parser parser;
  const object truth = parser.parse(fixture.truth);
  const Summary summary = summary_of(fixture.text);
  Differences differences;
  compare_numbers(truth, summary, differences);
  compare<std::uint64_t>(truth, "shown", summary.shown.value_or(summary.total), differences);
  compare<bool>(truth, "recognised", summary.recognised, differences);
  compare_codes(truth, summary, differences);
  compare_tools(truth, summary, differences);
  std::uint64_t total = 0;
  if (truth["total"].get(total) == simdjson::SUCCESS && total > 0) {
    compare<std::string_view>(truth, "tool", summary.tool, differences);
    compare<std::string_view>(truth, "errorType", name_of(summary.kind).id, differences);
  }
  return differences;
}

std::string fields_of(const Differences& differences) {
  std::string fields;
  for (const auto& [field, how] : differences) append(fields, field);
  return fields;
}

// From lines "CASE: FIELD, FIELD: why it is hard".
std::map<std::string, std::string> known_gaps() {
  std::map<std::string, std::string> gaps;
  std::istringstream in(source_file("tests/diag/known_gaps.txt"));
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t fields = line.find(": ");
    const std::size_t why = fields == std::string::npos ? fields : line.find(": ", fields + 2);
    REQUIRE_MESSAGE(why != std::string::npos, "known_gaps.txt: not CASE: FIELDS: WHY: " << line);
    REQUIRE_MESSAGE(gaps.emplace(line.substr(0, fields), line.substr(fields + 2, why - fields - 2)).second,
                    "listed twice: " << line);
  }
  return gaps;
}

void check_folder(const std::string& folder) {
  const auto gaps = known_gaps();
  for (const Fixture& fixture : fixtures_of(folder)) {
    const Differences differences = differences_of(fixture);
    const auto gap = gaps.find(fixture.name);
    const std::string allowed = gap == gaps.end() ? "" : gap->second;
    std::string found;
    for (const auto& [field, how] : differences) found += "\n  " + field + ": " + how;
    if (differences.empty())
      CHECK_MESSAGE(allowed.empty(), fixture.name << " is right now: take it off known_gaps.txt");
    else
      CHECK_MESSAGE(fields_of(differences) == allowed,
                    fixture.name << (allowed.empty() ? "" : " differs otherwise than known") << found);
  }
}

TEST_CASE(
    "what real tools printed is counted as they count themselves; of several, as the sum of its parts") {
  for (const std::string& folder : fixture_folders()) check_folder(folder);
}

TEST_CASE("every known gap is a case") {
  std::set<std::string> cases;
  for (const Fixture& fixture : all_fixtures()) cases.insert(fixture.name);
  for (const auto& gap : known_gaps()) CHECK_MESSAGE(cases.contains(gap.first), gap.first);
}

}  // namespace
}  // namespace longhaul::diag::test
