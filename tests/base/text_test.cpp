// Bytes and text: UTF-8, hashes, line ends.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/hash.hpp"
#include "base/line_scan.hpp"
#include "base/markup.hpp"
#include "base/utf8.hpp"

using namespace longhaul;

TEST_CASE("a shortened text is never longer, and never ends in half a character") {
  const std::string text = "aöb€c𝄞d";
  for (std::size_t most = 0; most <= text.size() + 1; ++most) {
    const std::string shorter = core::utf8_shorten(text, most);
    CHECK(shorter.size() <= most);
    for (std::size_t at = 0; at < shorter.size();) {
      const std::size_t length = core::utf8_sequence(shorter, at);
      REQUIRE(length != 0);
      at += length;
    }
  }
  CHECK(core::utf8_shorten(text, text.size()) == text);
}

TEST_CASE("only whole, shortest sequences of a valid code point are UTF-8") {
  CHECK(core::utf8_sequence("a", 0) == 1);
  CHECK(core::utf8_sequence("ö", 0) == 2);
  CHECK(core::utf8_sequence("€", 0) == 3);
  CHECK(core::utf8_sequence("𝄞", 0) == 4);
  for (const char* bad : {"\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    CHECK(core::utf8_sequence(bad, 0) == 0);
}

TEST_CASE("what a terminal would act on is replaced") {
  CHECK(core::utf8_printable("a\x1b[31mb\xff") == "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD");
  CHECK(core::utf8_printable("a\tb\n") == "a\tb\n");
}

TEST_CASE("texts of any length, and those that differ in one byte, hash apart") {
  std::set<std::uint64_t> seen;
  std::string text;
  for (int length = 0; length < 200; ++length) {
    CHECK(seen.insert(core::hash(text)).second);
    text += 'a';
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string other = text;
    other[at] = 'b';
    CHECK(seen.insert(core::hash(other)).second);
  }
  CHECK(core::hash("abc", 1) != core::hash("abc", 2));
}

TEST_CASE("a text is found where find says it stands, from any place on") {
  const std::string_view texts[] = {"", "b", "ab", "ba", "aab", "abab", "bbbbbbbbbbbbbbbbbbb", "c"};
  for (std::size_t size = 0; size < 70; ++size) {
    std::string in(size, 'a');
    for (std::size_t at = 0; at < size; ++at) in[at] = at * at % 7 < 3 ? 'b' : 'a';
    for (const std::string_view text : texts)
      for (std::size_t from = 0; from <= size + 1; ++from)
        CHECK(core::find_text(in, text, from) == in.find(text, from));
  }
}

TEST_CASE("a line end is found wherever it stands") {
  for (std::size_t size = 0; size < 100; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '\n';
      CHECK(core::find_line_end(text.data(), 0, size) == at);
      CHECK(core::find_line_end(text.data(), at + 1, size) == size);
      CHECK(core::holds_either(text, '\r', '\n'));
    }
    CHECK(core::find_line_end(std::string(size, 'x').data(), 0, size) == size);
    CHECK_FALSE(core::holds_either(std::string(size, 'x'), '\r', '\n'));
  }
}

TEST_CASE("markup has no character that XML has not") {
  CHECK(core::markup_escaped("a\xEF\xBF\xBE<\xEF\xBF\xBF\x01") ==
        "a\xEF\xBF\xBD&lt;\xEF\xBF\xBD\xEF\xBF\xBD");
}
