#include "store/gzip.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace longhaul::store {
namespace {

core::Fd file_of(std::string_view bytes) {
  core::Fd file{::memfd_create("gzip", MFD_CLOEXEC)};
  core::write_all(file.get(), bytes, "memory");
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::string text_of(std::string_view compressed, std::size_t at_once = 1000) {
  GzipReader reader{file_of(compressed), "x.gz"};
  std::string text, room(at_once, '\0');
  while (const std::size_t size = reader.read(room)) text.append(room, 0, size);
  return text;
}

std::string two_members(Compressor& compressor) {
  std::string members{compressor.member("one\n")};
  members += compressor.member(std::string(70'000, 'x') + "\n");
  return members;
}

}  // namespace

TEST_CASE("members of both libraries are read as one text") {
  const std::string expected = "one\n" + std::string(70'000, 'x') + "\n";
  const auto zlib = gzip_by_zlib(6);
  CHECK(text_of(two_members(*zlib)) == expected);
  const auto libdeflate = gzip_by_libdeflate(6);
  if (libdeflate) CHECK(text_of(two_members(*libdeflate) + two_members(*zlib), 7) == expected + expected);
}

TEST_CASE("a level out of range is the nearest in it") {
  for (const int level : {-5, 0, 100}) CHECK(text_of(gzip_by_zlib(level)->member("text")) == "text");
}

TEST_CASE("text that does not compress fits a member of zlib") {
  std::string noise(Compressor::member_size, '\0');
  std::uint32_t state = 1;
  std::ranges::generate(noise,
                        [&] { return static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U); });
  CHECK(text_of(gzip_by_zlib(1)->member(noise)) == noise);
}

TEST_CASE("an empty file is an empty text, and one that is cut short or no gzip is an error") {
  CHECK(text_of("").empty());
  const std::string whole = two_members(*gzip_by_zlib(6));
  CHECK_THROWS_AS(text_of(std::string_view{whole}.substr(0, whole.size() - 3)), core::Error);
  CHECK_THROWS_AS(text_of("plain text"), core::Error);
}

}  // namespace longhaul::store
