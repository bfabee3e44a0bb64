// Elements of a JSON document, however it is cut on its way.
#include "store/json_elements.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace longhaul::store {
namespace {

using Elements = std::vector<std::pair<std::string, std::string>>;
using Status = JsonElements::Status;

struct Result {
  Elements elements;
  Status status = Status::more;
};

Result read(std::string_view first, std::string_view second = {}) {
  Result result;
  JsonElements json{[&](std::string_view place, std::string_view element) {
    result.elements.emplace_back(place, element);
  }};
  json.begin();
  result.status = json.feed(first);
  if (result.status == Status::more) result.status = json.feed(second);
  return result;
}

constexpr std::string_view documents[] = {
    R"([{"a":1},{"b":"x\"]}"}])",  R"({"k":[{"a":[{"n":1}]},{"b":2}],"z":{"y":null}})", "[]", "{}",
    "[\n  {\"a\": \"\\\\\"}\n]\n",
};

TEST_CASE("members of a top-level array are elements") {
  const Result result = read(documents[0]);
  CHECK(result.status == Status::done);
  CHECK(result.elements == Elements{{"[]", R"({"a":1})"}, {"[]", R"({"b":"x\"]}"})"}});
}

TEST_CASE("members of an array of the top-level object are elements, and so is the object") {
  const Result result = read(R"({"k":[{"a":[{"n":1}]},{"b":2}]})");
  REQUIRE(result.elements.size() == 3);
  CHECK(result.elements[0].second == R"({"a":[{"n":1}]})");
  CHECK(result.elements[1].second == R"({"b":2})");
  CHECK(result.elements[2] == std::pair<std::string, std::string>{"", R"({"k":[]})"});
}

TEST_CASE("any split gives the same elements") {
  for (const std::string_view document : documents) {
    const Result whole = read(document);
    CHECK(whole.status == Status::done);
    for (std::size_t cut = 0; cut <= document.size(); ++cut) {
      const Result parts = read(document.substr(0, cut), document.substr(cut));
      CHECK(parts.status == whole.status);
      CHECK(parts.elements == whole.elements);
    }
  }
}

TEST_CASE("what is no JSON is malformed, what has no end wants more") {
  for (const char* text : {"[}", "{]", "]", "[x", "[{\"a\":#"})
    CHECK_MESSAGE(read(text).status == Status::malformed, text);
  CHECK(read(std::string(JsonElements::max_depth + 1, '[')).status == Status::malformed);
  CHECK(read("[{\"a\":1}").status == Status::more);
}

TEST_CASE("a top-level object is kept without its elements, however many there are") {
  std::size_t elements = 0;
  std::string root;
  JsonElements json{[&](std::string_view place, std::string_view text) {
    ++elements;
    if (place.empty()) root = text;
  }};
  json.begin();
  json.feed(R"({"k":["s",)");
  const std::string element = "{\"a\":\"" + std::string(100'000, 'x') + "\"},";
  for (int i = 0; i < 100; ++i) json.feed(element);
  CHECK(json.feed("{}],\"n\":1}") == Status::done);
  CHECK(elements == 102);
  CHECK(json.left_out() == 0);
  CHECK(root == R"({"k":[],"n":1})");
}

TEST_CASE("members that are objects or arrays are known once they have begun, those of elements are not") {
  bool had_suites = false;
  JsonElements json{[&](std::string_view, std::string_view) { had_suites = json.has_member("suites"); }};
  json.begin();
  json.feed(R"({"config":{"deep":{}},"name":"errors","suites":[{"inner":[]}])");
  CHECK(had_suites);
  CHECK(json.has_member("config"));
  for (const char* other : {"deep", "name", "errors", "inner"}) CHECK_FALSE(json.has_member(other));
  json.begin();
  CHECK_FALSE(json.has_member("config"));
}

TEST_CASE("an element that is too large is left out and counted") {
  std::size_t elements = 0;
  JsonElements json{[&](std::string_view, std::string_view) { ++elements; }};
  json.begin();
  json.feed("[{\"a\":\"" + std::string(JsonElements::max_element, 'x') + "\"},{\"b\":1}]");
  CHECK(elements == 1);
  CHECK(json.left_out() == 1);
}

}  // namespace
}  // namespace longhaul::store
