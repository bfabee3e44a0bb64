// A fast 64-bit hash of text, the same on every run and on every little-endian machine, so that what is
// derived from it may be stored. Not for adversaries: an input made to collide can only merge two entries of
// a summary.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace longhaul::core {

// The finaliser of MurmurHash3 (Austin Appleby, public domain): every input bit moves every output bit.
constexpr std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  h ^= h >> 33;
  return h;
}

// Multiplies to 128 bits and folds them: the step of wyhash (Wang Yi, public domain).
constexpr std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

inline constexpr std::uint64_t first_secret = 0xa0761d6478bd642fULL;
inline constexpr std::uint64_t second_secret = 0xe7037ed1a0b428dbULL;

constexpr std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
  return fold(seed ^ first_secret, value ^ second_secret);
}

inline std::uint64_t hash(std::string_view text, std::uint64_t seed = 0) {
  const auto word_at = [&](std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    return word;
  };
  std::uint64_t h = seed ^ first_secret;
  std::size_t at = 0;
  for (; text.size() - at > 16; at += 16) h = fold(word_at(at) ^ second_secret, word_at(at + 8) ^ h);
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  const std::size_t left = text.size() - at;
  if (left >= 8) {
    a = word_at(at);
    b = word_at(text.size() - 8);
  } else if (text.size() >= 8) {
    b = word_at(text.size() - 8);
  } else if (left != 0) {
    std::memcpy(&b, text.data() + at, left);
  }
  return fold(second_secret ^ text.size(), fold(a ^ second_secret, b ^ h));
}

}  // namespace longhaul::core
