// Some of the 256 bytes.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace longhaul::diag {

class ByteSet {
 public:
  constexpr void add(char c) {
    const auto byte = static_cast<unsigned char>(c);
    words_[byte / 64] |= std::uint64_t{1} << byte % 64U;
  }
  constexpr void add(unsigned from, unsigned to) {
    for (unsigned byte = from; byte <= to; ++byte) add(static_cast<char>(byte));
  }
  constexpr void add(const ByteSet& other) {
    for (std::size_t word = 0; word < words_.size(); ++word) words_[word] |= other.words_[word];
  }
  [[nodiscard]] constexpr bool has(char c) const {
    const auto byte = static_cast<unsigned char>(c);
    return (words_[byte / 64] >> byte % 64U & 1U) != 0;
  }
  // Calls with the number of each, in ascending order.
  template <typename Visit>
  void each(Visit visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word)
      for (std::uint64_t left = words_[word]; left != 0; left &= left - 1)
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
  }

 private:
  std::array<std::uint64_t, 4> words_{};
};

}  // namespace longhaul::diag
