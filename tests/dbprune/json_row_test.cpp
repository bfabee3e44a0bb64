#include "json_row.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace longhaul;
using namespace longhaul::dbprune;
using store::Blob;
using store::Value;

TEST_CASE("a row comes back as it was, whatever its values are") {
  const store::Database database = store::Database::in_memory();
  const std::vector<Value> values{std::monostate{},
                                  std::int64_t{0},
                                  std::numeric_limits<std::int64_t>::min(),
                                  std::numeric_limits<std::int64_t>::max(),
                                  1.0,
                                  0.1,
                                  -0.0,
                                  1e300,
                                  5e-324,
                                  std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity(),
                                  std::string{"quote \" backslash \\ line\nend \x01"},
                                  std::string{"nul\0inside", 10},
                                  std::string{"\xff\xfe no UTF-8"},
                                  std::string{"Ünïcode 😀"},
                                  Blob{std::string{"\0\x01\xff", 3}},
                                  Blob{""}};
  std::string columns;
  std::string parameters;
  for (std::size_t i = 0; i < values.size(); ++i) {
    columns += (i == 0 ? "c" : ", c") + std::to_string(i);
    parameters += i == 0 ? "?" : ", ?";
  }
  database.run("CREATE TABLE \"odd \"\" name\" (" + columns + ")");
  store::Statement{database, "INSERT INTO \"odd \"\" name\" VALUES (" + parameters + ")"}
      .bind_all(values)
      .run();
  const Schema schema = read_schema(database);
  store::Statement row{database, "SELECT * FROM \"odd \"\" name\""};
  REQUIRE(row.step());
  std::string line;
  append_json_row(line, schema.tables.at(0), {std::int64_t{7}}, row.row());
  CHECK(line.find('\n') == line.size() - 1);

  store::JsonReader reader{std::size_t{1} << 20U};
  const auto read = parse_json_row(reader, line);
  REQUIRE(read);
  CHECK(read->table == "odd \" name");
  REQUIRE(read->values.size() == values.size());
  CHECK(read->rowid == 7);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK_MESSAGE(read->values[i] == values[i], i);
}

TEST_CASE("what is no row is refused") {
  store::JsonReader reader{1000};
  for (const char* line : {"", "{}", "[]", "{\"table\":\"t\"}", "{\"table\":\"t\",\"row\":{\"a\":true}}",
                           "{\"table\":\"t\",\"row\":{\"a\":{\"base64\":\"*\"}}}"})
    CHECK(!parse_json_row(reader, line));
}
