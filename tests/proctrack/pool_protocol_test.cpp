#include "pool_protocol.hpp"

#include <doctest/doctest.h>

#include "is_json.hpp"

using namespace longhaul::proctrack;

TEST_CASE("a request is whole at its last byte and not before") {
  const std::string text = request_text("call", "{\"a\": 1}\n");
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(parse_request(text.substr(0, size)));
  const auto request = parse_request(text);
  REQUIRE(request);
  CHECK(request->kind == "call");
  CHECK(request->body == "{\"a\": 1}\n");
}

TEST_CASE("a reply has the status that its caller is to exit with") {
  const auto reply = parse_reply(reply_text("error", longhaul::core::Exit::timed_out, "too slow"));
  REQUIRE(reply);
  CHECK(reply->kind == "error");
  CHECK(reply->status == 124);
  CHECK(reply->body == "too slow");
}

TEST_CASE("what is no message is an error, however little of it came") {
  for (const auto* wrong :
       {"call\n", "call x\n", "call 1 2\n", "call 99999999999999999999\n", "call 16777217\n", "call -1\n"})
    CHECK_THROWS_AS(parse_request(wrong), longhaul::core::Error);
  CHECK_THROWS_AS(parse_request(std::string(1000, 'x')), longhaul::core::Error);
}

TEST_CASE("a name too long for a socket is an error") {
  CHECK_THROWS_AS(socket_path("/" + std::string(100, 'x'), "name"), longhaul::core::Error);
}

TEST_CASE("JSON is one value, without anything behind it") {
  for (const auto* json : {"{}", "[1, 2]", "\"text\"", "1.5e3", "null", " {\"a\": {\"b\": []}} "})
    CHECK(is_json(json));
  for (const auto* other : {"", "{", "{} {}", "{a: 1}", "'x'", "{\"a\": 1,}", "\xff", "NaN"})
    CHECK_FALSE(is_json(other));
  CHECK(is_json(std::string(100'000, '[') + std::string(100'000, ']')));
}
