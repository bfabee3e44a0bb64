// A fast 64-bit hash of text, the same on every run and machine, so that what is derived from it may be
// stored. Not for adversaries: an input made to collide can only merge two entries of a summary.
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

constexpr std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
  return mix(seed * 0x9e3779b97f4a7c15ULL + value);
}

inline std::uint64_t hash(std::string_view text, std::uint64_t seed = 0) {
  std::uint64_t h = seed ^ (text.size() * 0x9e3779b97f4a7c15ULL);
  while (text.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    h = (h ^ word) * 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
    text.remove_prefix(8);
  }
  std::uint64_t tail = 0;
  if (!text.empty()) std::memcpy(&tail, text.data(), text.size());
  return mix(h ^ tail);
}

}  // namespace longhaul::core
