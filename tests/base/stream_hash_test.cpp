#include "base/stream_hash.hpp"

#include <doctest/doctest.h>

#include <string>

namespace longhaul::core {

TEST_CASE("a stream's hash does not depend on how it is cut") {
  std::string text;
  for (int at = 0; at < 20'000; ++at) text += static_cast<char>(at * 7 % 251);
  StreamHash whole;
  whole.add(text);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{97}, std::size_t{4096}, std::size_t{5000}}) {
    StreamHash cut;
    for (std::size_t at = 0; at < text.size(); at += piece) cut.add(std::string_view{text}.substr(at, piece));
    CHECK(cut.text() == whole.text());
  }
  CHECK(whole.text().size() == 32);
}

TEST_CASE("streams that differ have other hashes") {
  const auto hash_of = [](std::string_view text) {
    StreamHash hash;
    hash.add(text);
    return hash.text();
  };
  const std::string block(4096, 'a');
  CHECK(hash_of("") != hash_of("a"));
  CHECK(hash_of(block) != hash_of(block + block));
  CHECK(hash_of(block + 'b') != hash_of(block + 'c'));
  CHECK(hash_of(block + "bc") != hash_of('b' + block + 'c'));
}

}  // namespace longhaul::core
