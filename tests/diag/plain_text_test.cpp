// Terminal output as a person sees it.
#include <doctest/doctest.h>

#include <random>
#include <string>

#include "diag/plain_text.hpp"

namespace longhaul::diag::test {
namespace {

std::string plain(std::string_view line) {
  std::string scratch;
  return std::string{plain_text(line, scratch)};
}

TEST_CASE("text without escapes is itself, and is not copied") {
  std::string scratch;
  const std::string_view line = "a.py:1:1: F401 unused";
  const std::string_view text = plain_text(line, scratch);
  CHECK(text == line);
  CHECK(text.data() == line.data());
  CHECK(plain("") == "");
}

TEST_CASE("blanks at the end go, those at the beginning stay") {
  CHECK(plain("  x \t ") == "  x");
  CHECK(plain(" \t ") == "");
  CHECK(plain(std::string_view{"x\0\0", 3}) == "x");
  CHECK(trim_end("x \r") == "x");
}

TEST_CASE("colours and other CSI sequences are taken out") {
  CHECK(plain("\x1b[31mred\x1b[0m") == "red");
  CHECK(plain("\x1b[1;38;5;196mbold\x1b[m text") == "bold text");
  CHECK(plain("a\x1b[2Kb\x1b[1Ac") == "abc");
  CHECK(plain("\x1b[?25lhidden cursor\x1b[?25h") == "hidden cursor");
}

TEST_CASE("hyperlinks are taken out, their text stays") {
  CHECK(plain("\x1b]8;;https://example.org/F401\x1b\\F401\x1b]8;;\x1b\\ unused") == "F401 unused");
  CHECK(plain("\x1b]8;id=1;https://example.org\x07"
              "F401\x1b]8;;\x07 unused") == "F401 unused");
  CHECK(plain("\x1b]0;window title\x07text") == "text");
}

TEST_CASE("character sets and other short escapes are taken out") {
  CHECK(plain("\x1b(Btext\x1b(0") == "text");
  CHECK(plain("\x1b)0text") == "text");
  CHECK(plain("\x1b=text\x1b>") == "text");
}

TEST_CASE("text overwritten after a carriage return is gone") {
  CHECK(plain("10%\r50%\r100%") == "100%");
  CHECK(plain("progress \rdone\r") == "done");
  CHECK(plain("x\r") == "x");
  CHECK(plain("\x1b[31m1\x1b[0m\r\x1b[32m2\x1b[0m\r\x1b[K") == "2");
}

TEST_CASE("an escape that the line cuts off ends with the line") {
  CHECK(plain("text\x1b") == "text");
  CHECK(plain("text\x1b[") == "text");
  CHECK(plain("text\x1b[38;5") == "text");
  CHECK(plain("text\x1b]8;;https://exam") == "text");
  CHECK(plain("text\x1b]8;;x\x1b") == "text");
  CHECK(plain("text\x1b(") == "text");
}

TEST_CASE("text beside escapes is kept byte for byte, whatever it is") {
  CHECK(plain("\x1b[1mgr\xC3\xB6\xC3\x9F"
              "e\x1b[0m") == "gr\xC3\xB6\xC3\x9F"
                             "e");
  CHECK(plain("\xff\xfe\x1b[0m\x80") == "\xff\xfe\x80");
}

TEST_CASE("of any bytes nothing is left that was not there, and no escape") {
  std::mt19937 random{3};
  constexpr std::string_view alphabet = "\x1b\x1b[]();m\\\x07\r aK08\xC3\xA9";
  for (int i = 0; i < 20'000; ++i) {
    std::string line;
    for (std::size_t n = random() % 24; n > 0; --n) line += alphabet[random() % alphabet.size()];
    const std::string text = plain(line);
    CAPTURE(line);
    CHECK(text.size() <= line.size());
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    CHECK(plain(text) == text);
  }
}

}  // namespace
}  // namespace longhaul::diag::test
