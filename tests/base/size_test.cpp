#include "base/size.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string_view>

using longhaul::core::format_size;
using longhaul::core::parse_size;

TEST_CASE("sizes are read with decimal and binary units") {
  struct Case {
    std::string_view text;
    std::uint64_t bytes;
  };
  const Case cases[] = {
      {"0", 0},
      {"500", 500},
      {"500B", 500},
      {"4k", 4'000},
      {"4K", 4'000},
      {"4kB", 4'000},
      {"4kb", 4'000},
      {"4KiB", 4'096},
      {"4ki", 4'096},
      {"10MB", 10'000'000},
      {"10 MB", 10'000'000},
      {"10MiB", 10'485'760},
      {"1.5GB", 1'500'000'000},
      {"0.3kB", 300},
      {"1.5KiB", 1'536},
      {"2TiB", 2'199'023'255'552},
      {"18446744073709551615", UINT64_MAX},
  };
  for (const auto& one : cases) {
    CAPTURE(one.text);
    const auto parsed = parse_size(one.text);
    REQUIRE(parsed);
    CHECK(*parsed == one.bytes);
  }
}

TEST_CASE("what is no size is refused with what is accepted") {
  for (const std::string_view text :
       {"", "12q", "-1", "1.5", "k", "1..5k", "4k ", " 4k", "4  k", "1.k", "0x10", "4kBB"}) {
    CAPTURE(text);
    const auto parsed = parse_size(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.reason().find("is not a size (accepted: ") != std::string::npos);
  }
  for (const std::string_view text : {"18446744073709551616", "20000000TB", "18446744073709551615.5k"}) {
    CAPTURE(text);
    REQUIRE_FALSE(parse_size(text));
  }
}

TEST_CASE("a size is shown in the unit that is exact, else rounded") {
  CHECK(format_size(0) == "0");
  CHECK(format_size(500) == "500");
  CHECK(format_size(4'000) == "4kB");
  CHECK(format_size(4'096) == "4KiB");
  CHECK(format_size(10'000'000) == "10MB");
  CHECK(format_size(10'485'760) == "10MiB");
  CHECK(format_size(1'500'000'000) == "1.5GB");
  CHECK(format_size(51'234) == "51.2kB");
  CHECK(format_size(667'000'123) == "667MB");
}

TEST_CASE("an exact size is read back as the same") {
  for (const std::uint64_t bytes :
       {1ULL, 999ULL, 1'000ULL, 1'024ULL, 65'536ULL, 10'000'000ULL, 1'500'000'000ULL}) {
    CAPTURE(bytes);
    CHECK(*parse_size(format_size(bytes)) == bytes);
  }
}
