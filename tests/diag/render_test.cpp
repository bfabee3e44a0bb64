// Records keep to their size, whatever it is.
#include "diag/render.hpp"

#include <doctest/doctest.h>

#include "fixtures.hpp"
#include "store/json_reader.hpp"

namespace longhaul::diag::test {
namespace {

std::vector<Summary> summaries() {
  std::vector<Summary> some;
  for (const char* folder : {"ruff", "mixed", "unknown"}) {
    const std::vector<Fixture> fixtures = fixtures_of(folder);
    for (std::size_t i = 0; i < fixtures.size() && i < 4; ++i) some.push_back(summary_of(fixtures[i].text));
  }
  some.push_back(summary_of(""));
  some.push_back(summary_of("d\xC3\xA9j\xC3\xA0/\"a\\b\".py:3:5: F401 \xFF\x01 \xE2\x82\xAC\n"));
  return some;
}

TEST_CASE("a record of any size fits into it, is valid JSON and valid UTF-8") {
  simdjson::dom::parser parser;
  for (const Summary& summary : summaries())
    for (std::uint64_t max = least_budget; max <= 1500; ++max) {
      const std::string record = render_json(summary, max);
      REQUIRE_MESSAGE(record.size() <= max, record);
      REQUIRE(record.ends_with('\n'));
      REQUIRE(record.find('\n') + 1 == record.size());
      REQUIRE_MESSAGE(store::is_utf8(record), record);
      REQUIRE_MESSAGE(parser.parse(record).error() == simdjson::SUCCESS, record);
    }
}

TEST_CASE("a text of any size fits into it") {
  for (const Summary& summary : summaries())
    for (std::uint64_t max = least_budget; max <= 1500; ++max) {
      const std::string text = render_text(summary, max);
      REQUIRE_MESSAGE(text.size() <= max, text);
      REQUIRE(text.ends_with('\n'));
    }
}

TEST_CASE("a budget too small is taken as the least") {
  const Summary summary = summary_of("a.py:3:5: F401 x\n");
  CHECK(render_json(summary, 1) == render_json(summary, least_budget));
  CHECK(render_text(summary, 1) == render_text(summary, least_budget));
}

TEST_CASE("without a limit a record names every code") {
  for (const Summary& summary : summaries()) {
    const std::string record = render_json(summary, 0);
    for (const Summary::CodeGroup& group : summary.groups)
      if (!group.code.empty()) CHECK_MESSAGE(record.find(group.code) != std::string::npos, group.code);
  }
}

}  // namespace
}  // namespace longhaul::diag::test
