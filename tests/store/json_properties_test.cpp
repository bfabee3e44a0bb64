// What holds of JSON in and out for any text.
#include <doctest/doctest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/json_elements.hpp"
#include "store/json_reader.hpp"
#include "store/json_writer.hpp"

namespace longhaul::store {
namespace {

std::string some_bytes(std::mt19937& random, std::size_t longest) {
  static const std::string pieces[] = {
      "\"", "\\", "\n",  "\xC3\xB6", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x9D\x84\x9E",
      "a",  "/",  "\x7f"};
  std::string text;
  for (std::size_t n = random() % longest; n > 0; --n)
    text += random() % 2 == 0 ? std::string(1, static_cast<char>(random()))
                              : pieces[random() % std::size(pieces)];
  return text;
}

TEST_CASE("a string of any bytes is read back as it was, but for what was no UTF-8") {
  std::mt19937 random{41};
  simdjson::dom::parser parser;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = some_bytes(random, 24);
    std::string written;
    append_json_string(written, text);
    const std::string document = '[' + written + ']';
    std::string_view back;
    REQUIRE(parser.parse(document).at(0).get(back) == simdjson::SUCCESS);
    CHECK(store::is_utf8(back));
    if (store::is_utf8(text))
      CHECK(back == text);
    else
      CHECK(back.find("\xEF\xBF\xBD") != std::string_view::npos);
    CHECK(written.find('\n') == std::string::npos);
  }
}

TEST_CASE("an object of any members is valid JSON with those members") {
  std::mt19937 random{43};
  simdjson::dom::parser parser;
  for (int round = 0; round < 2'000; ++round) {
    JsonWriter json;
    json.begin_object();
    const std::size_t members = random() % 6;
    for (std::size_t i = 0; i < members; ++i) {
      json.key(some_bytes(random, 6) + std::to_string(i));
      switch (random() % 4) {
        case 0: json.value(some_bytes(random, 10)); break;
        case 1: json.value(std::uint64_t{UINT64_MAX} - random()); break;
        case 2: json.value(true); break;
        default: json.begin_array().tenths(2.25).value("x").begin_object().end_object().end_array();
      }
    }
    json.end_object();
    simdjson::dom::object object;
    REQUIRE(parser.parse(json.text()).get(object) == simdjson::SUCCESS);
    CHECK(object.size() == members);
  }
}

using Elements = std::vector<std::pair<std::string, std::string>>;

struct Outcome {
  Elements elements;
  JsonElements::Status status = JsonElements::Status::more;
  std::uint64_t left_out = 0;
  bool operator==(const Outcome&) const = default;
};

template <typename NextSize>
Outcome in_pieces(std::string_view document, NextSize next_size) {
  Outcome outcome;
  JsonElements json{[&](std::string_view place, std::string_view element) {
    outcome.elements.emplace_back(place, element);
  }};
  json.begin();
  while (!document.empty() && outcome.status == JsonElements::Status::more) {
    const std::size_t size = std::min<std::size_t>(next_size(), document.size());
    outcome.status = json.feed(document.substr(0, size));
    document.remove_prefix(size);
  }
  outcome.left_out = json.left_out();
  return outcome;
}

// Mostly JSON.
std::string some_document(std::mt19937& random, int depth = 0) {
  const auto members = [&](bool named) {
    std::string text;
    for (std::size_t n = random() % 4; n > 0; --n) {
      if (named) text += "\"k" + std::to_string(n) + "\": ";
      text += some_document(random, depth + 1) + (n > 1 ? ", " : "");
    }
    return text;
  };
  const auto kind = depth == 0 ? random() % 2 : random() % (depth > 5 ? 4 : 7);
  switch (depth == 0 ? kind + 5 : kind) {
    case 0: return "12.5e-3";
    case 1: return random() % 2 == 0 ? "null" : "true";
    case 2: return R"("a \" ] } \\")";
    case 3: return "\"\xC3\xB6\\u00f6\"";
    case 4: return random() % 40 == 0 ? "#" : "\n -1";
    case 5: return '[' + members(false) + ']';
    default: return '{' + members(true) + (random() % 60 == 0 ? "]" : "}");
  }
}

TEST_CASE("any cutting of any document gives the same elements and the same end") {
  std::mt19937 random{47};
  for (int round = 0; round < 4'000; ++round) {
    const std::string document = some_document(random) + (random() % 2 == 0 ? " trailing" : "");
    CAPTURE(document);
    const Outcome whole = in_pieces(document, [] { return SIZE_MAX; });
    CHECK(in_pieces(document, [] { return 1; }) == whole);
    CHECK(in_pieces(document, [&] { return 1 + random() % 7; }) == whole);
  }
}

TEST_CASE("elements of a valid document are valid documents, as many as there are") {
  std::mt19937 random{53};
  simdjson::dom::parser parser;
  for (int round = 0; round < 2'000; ++round) {
    const std::string document = some_document(random);
    CAPTURE(document);
    simdjson::dom::element root;
    if (parser.parse(document).get(root) != simdjson::SUCCESS) continue;
    const Outcome outcome = in_pieces(document, [] { return SIZE_MAX; });
    CHECK(outcome.status == JsonElements::Status::done);
    std::size_t objects = 0;
    simdjson::dom::array array;
    if (root.get(array) == simdjson::SUCCESS) {
      for (const simdjson::dom::element each : array) objects += each.is_object() ? 1 : 0;
      CHECK(outcome.elements.size() == objects);
    }
    simdjson::dom::parser element_parser;
    for (const auto& [place, element] : outcome.elements)
      CHECK(element_parser.parse(element).error() == simdjson::SUCCESS);
  }
}

TEST_CASE("a document of many elements is read in the memory of one") {
  std::size_t elements = 0;
  JsonElements json{[&](std::string_view, std::string_view element) {
    ++elements;
    CHECK(element.size() < 100);
  }};
  json.begin();
  json.feed("[");
  for (int i = 0; i < 100'000; ++i) json.feed("{\"code\":\"F401\",\"line\":1},");
  CHECK(json.feed("{}]") == JsonElements::Status::done);
  CHECK(elements == 100'001);
  CHECK(json.left_out() == 0);
}

TEST_CASE("after a document another can be read") {
  Elements elements;
  JsonElements json{
      [&](std::string_view place, std::string_view element) { elements.emplace_back(place, element); }};
  json.begin();
  CHECK(json.feed("[{\"a\":1},#") == JsonElements::Status::malformed);
  json.begin();
  CHECK(json.feed("{\"k\":[{}]}") == JsonElements::Status::done);
  REQUIRE(elements.size() == 3);
  CHECK(elements[1] == std::pair<std::string, std::string>{"k[]", "{}"});
}

}  // namespace
}  // namespace longhaul::store
