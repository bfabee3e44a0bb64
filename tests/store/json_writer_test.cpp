// JSON as it is written.
#include "store/json_writer.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace longhaul::store {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST_CASE("strings are escaped where JSON wants it") {
  CHECK(quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quoted("\n\t\r\x01") == R"("\n\t\r\u0001")");
  CHECK(quoted(std::string_view{"\0", 1}) == R"("\u0000")");
}

TEST_CASE("valid UTF-8 is kept, the rest becomes U+FFFD") {
  CHECK(quoted("\xE2\x82\xAC") == "\"\xE2\x82\xAC\"");
  CHECK(quoted("a\xFF"
               "b") == "\"a\xEF\xBF\xBD"
                       "b\"");
}

TEST_CASE("commas stand between members and nowhere else") {
  JsonWriter json;
  json.begin_object().member("a", std::uint64_t{1}).member("b", "x").key("c").begin_array();
  json.value(true).begin_object().end_object().tenths(1.25).end_array().member("d", false).end_object();
  CHECK(json.text().starts_with(R"({"a":1,"b":"x","c":[true,{},1.)"));
  CHECK(json.text().ends_with(R"(],"d":false})"));
}

TEST_CASE("a number is exact, and null where JSON has none") {
  JsonWriter json;
  json.begin_array().real(0.1).real(1e8).real(-3).real(std::numeric_limits<double>::infinity()).end_array();
  CHECK(json.text() == "[0.1,100000000,-3,null]");
}

}  // namespace
}  // namespace longhaul::store
