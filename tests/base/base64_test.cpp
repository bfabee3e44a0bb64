#include "base/base64.hpp"

#include <doctest/doctest.h>

using longhaul::core::base64;
using longhaul::core::from_base64;

TEST_CASE("the examples of RFC 4648 are written and read back") {
  const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == std::string{bytes});
  }
}

TEST_CASE("every byte comes back") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(from_base64(base64(all)) == all);
}

TEST_CASE("what is no base64 is refused") {
  for (const std::string_view wrong : {"Z", "Zg=", "Zg==Zg==", "Zg*=", "=AAA"}) CHECK(!from_base64(wrong));
}
