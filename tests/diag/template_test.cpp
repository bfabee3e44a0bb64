// What messages have in common once the names in them are masked.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "diag/template.hpp"
#include "store/json_reader.hpp"

namespace longhaul::diag::test {
namespace {

std::string generalised(std::string message, std::string_view other) {
  generalise(message, other);
  return message;
}

bool is_utf8(const std::string& text) { return store::is_utf8(text); }

TEST_CASE("lines that differ only in numbers, ids, paths, quotes or times become equal") {
  const std::pair<const char*, const char*> alike[] = {
      {"request 12 took 3 ms", "request 7 took 450 ms"},
      {"cannot open /srv/a/b.txt", "cannot open /tmp/c.txt"},
      {"cannot find module 'fs-extra'", "cannot find module 'lodash'"},
      {"unknown option \"--x\"", "unknown option \"--yy\""},
      {"undefined name `a`", "undefined name `b`"},
      {"05:22:00 poll failed", "17:01:59 poll failed"},
      {"2026-11-24 05:22:00 poll failed", "2025-01-02 17:01:59 poll failed"},
      {"object 0x7ffde3a1 leaked", "object 0x55d0c9b2 leaked"},
      {"commit 3f2a9c1d broke it", "commit 09ab77ef broke it"},
      {"task 123e4567-e89b-12d3-a456-426614174000 died", "task 9f4e4567-0000-12d3-a456-426614174fff died"},
      {"connect to 10.0.0.1:5432 refused", "connect to 192.168.1.20:80 refused"},
      {"took 1.5s", "took 12s"},
  };
  for (const auto& pair : alike) {
    CAPTURE(pair.first);
    CHECK(mask(pair.first) == mask(pair.second));
    CHECK(mask(pair.first) != pair.first);
  }
}

TEST_CASE("lines that say different things stay different") {
  CHECK(mask("disk is full") == "disk is full");
  CHECK(mask("poll failed") != mask("push failed"));
  CHECK(mask("cannot open /a/b") != mask("cannot close /a/b"));
  CHECK(mask("") == "");
}

TEST_CASE("an apostrophe does not open a quotation") {
  CHECK(mask("can't open the door that isn't there") == "can't open the door that isn't there");
}

TEST_CASE("a mask is at most 200 bytes and never cut inside a character") {
  std::string line;
  for (int i = 0; i < 300; ++i) line += "größe ";
  CHECK(mask(line).size() <= 200);
  CHECK(is_utf8(mask(line)));
  CHECK(mask(std::string(100'000, 'x')).size() <= 200);
}

TEST_CASE("words that another message has otherwise are masked") {
  CHECK(generalised("Name os is not defined here", "Name sys is not defined here") ==
        "Name … is not defined here");
  CHECK(generalised("same text", "same text") == "same text");
}

TEST_CASE("words in quotes and numbers stay as the example that a reader wants") {
  CHECK(generalised("'os' imported but unused", "'sys' imported but unused") == "'os' imported but unused");
  CHECK(generalised("`os` imported but unused", "`sys` imported but unused") == "`os` imported but unused");
  CHECK(generalised("line too long (99 > 88)", "line too long (120 > 88)") == "line too long (99 > 88)");
}

TEST_CASE("messages of a different build are left alone") {
  CHECK(generalised("unused variable x", "missing return statement in function") == "unused variable x");
  CHECK(generalised("one two three", "four five six") == "one two three");
  CHECK(generalised("x", "") == "x");
  CHECK(generalised("", "x").empty());
}

TEST_CASE("a bare message has no quotations and no bracket at its end") {
  CHECK(bare_message("'os' imported but unused") == "imported but unused");
  CHECK(bare_message("line too long (99 > 88)") == "line too long");
  CHECK(bare_message("undefined name `x`") == "undefined name");
  CHECK(bare_message(
            "Incompatible types in assignment (expression has type \"str\", variable has type \"int\")") ==
        "Incompatible types in assignment");
  CHECK(bare_message("").empty());
}

TEST_CASE("valid text stays valid, whatever is cut or masked") {
  std::mt19937 random{5};
  const std::string pieces[] = {"größe", "→", "'", "\"", "`",    " ",      "12", "/a/b",
                                "x",     "…", "(", ")",  "0x1f", "日本語", ":",  "𝄞"};
  for (int i = 0; i < 20'000; ++i) {
    std::string line;
    std::string other;
    for (std::size_t n = random() % 60; n > 0; --n) line += pieces[random() % std::size(pieces)];
    for (std::size_t n = random() % 60; n > 0; --n) other += pieces[random() % std::size(pieces)];
    CAPTURE(line);
    CHECK(is_utf8(mask(line)));
    CHECK(is_utf8(bare_message(line)));
    CHECK(is_utf8(generalised(line, other)));
  }
}

TEST_CASE("any bytes are masked within bounds") {
  std::mt19937 random{6};
  for (int i = 0; i < 5'000; ++i) {
    std::string line;
    for (std::size_t n = random() % 400; n > 0; --n) line += static_cast<char>(random());
    CHECK(mask(line).size() <= 200);
    CHECK(bare_message(line).size() <= line.size());
  }
}

}  // namespace
}  // namespace longhaul::diag::test
