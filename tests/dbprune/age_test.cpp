#include "age.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace longhaul;
using namespace longhaul::dbprune;

namespace {

struct TimeColumn {
  explicit TimeColumn(const std::string& values, const std::string& type = "") {
    database.run("CREATE TABLE t (at " + type + "); INSERT INTO t VALUES " + values);
    schema = read_schema(database);
  }
  Unit unit() const { return unit_of(database, schema.tables[0], "at"); }
  std::int64_t rows(const std::string& condition) const {
    return database.number("SELECT count(*) FROM t WHERE " + condition);
  }

  store::Database database = store::Database::in_memory();
  Schema schema;
};

core::Time at(const char* text) { return parse_time(text); }

}  // namespace

TEST_CASE("the unit of a column is told from its values") {
  CHECK(TimeColumn{"(1760000000), (NULL)"}.unit() == Unit::seconds);
  CHECK(TimeColumn{"(1760000000.25)"}.unit() == Unit::seconds);
  CHECK(TimeColumn{"(1760000000123)"}.unit() == Unit::milliseconds);
  CHECK(TimeColumn{"(1760000000123456)"}.unit() == Unit::microseconds);
  CHECK(TimeColumn{"(1760000000123456789)"}.unit() == Unit::nanoseconds);
  CHECK(TimeColumn{"(2460958.5)"}.unit() == Unit::julian);
  CHECK(TimeColumn{"('2025-10-09T08:53:20.123+02:00')"}.unit() == Unit::text);
  CHECK(TimeColumn{"('2025-10-09 08:53:20'), (0)"}.unit() == Unit::text);
  CHECK(TimeColumn{"('1760000000')", "TEXT"}.unit() == Unit::seconds);
  CHECK(TimeColumn{"(NULL)"}.unit() == Unit::automatic);
}

TEST_CASE("values that fit no unit, or two, are an error that names the option") {
  CHECK_THROWS_WITH(TimeColumn{"(5), (7)"}.unit(), doctest::Contains("--age-unit"));
  CHECK_THROWS_WITH(TimeColumn{"(1760000000), (1760000000000)"}.unit(), doctest::Contains("--age-unit"));
  CHECK_THROWS_WITH(TimeColumn{"('yesterday')"}.unit(), doctest::Contains("--age-unit"));
}

TEST_CASE("a value at the time itself is not earlier, and not later") {
  const core::Time time = at("2025-10-09T08:53:20Z");
  for (const auto& [unit, value] : {std::pair{Unit::seconds, "1760000000"},
                                    {Unit::milliseconds, "1760000000000"},
                                    {Unit::microseconds, "1760000000000000"},
                                    {Unit::nanoseconds, "1760000000000000000"},
                                    {Unit::text, "'2025-10-09T08:53:20Z'"},
                                    {Unit::text, "'2025-10-09 10:53:20+02:00'"},
                                    {Unit::julian, "julianday('2025-10-09T08:53:20Z')"}}) {
    const TimeColumn column{std::string{"("} + value + "), (NULL), ('garbage')"};
    CHECK(column.rows(earlier("at", unit, time)) == 0);
    CHECK(column.rows(not_later("at", unit, time)) == 1);
    CHECK(column.rows(earlier("at", unit, time + std::chrono::milliseconds{1})) == 1);
  }
}

TEST_CASE("times are read as ISO 8601 and as numbers") {
  CHECK(at("1760000000") == at("2025-10-09T08:53:20Z"));
  CHECK(at("1760000000000") == at("2025-10-09 08:53:20"));
  CHECK(at("2025-10-09T10:53:20.5+02:00") == at("1760000000.5"));
  CHECK(at("2025-10-09") == at("2025-10-09T00:00Z"));
  for (const char* wrong : {"", "now", "2025-13-01", "2025-02-30", "2025-10-09T08:53:20X", "12"})
    CHECK_THROWS_AS(parse_time(wrong), core::Error);
}
