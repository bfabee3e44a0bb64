// Which pairs of bytes stand side by side in a text, in 256 classes of pairs. Where a line lacks a pair that
// the fixed text of a shape has, the shape need not be tried.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace longhaul::diag {

class PairSet {
 public:
  static constexpr std::size_t size = 256;

  // Of a line; a table of shapes adds its texts one by one while it is compiled.
  static PairSet of(std::string_view text);

  constexpr void add(std::string_view text) {
    for (std::size_t at = 1; at < text.size(); ++at) add(pair(text[at - 1], text[at]));
  }
  constexpr void add(std::size_t member) { words_[member / 64] |= std::uint64_t{1} << member % 64U; }
  // Of a text that is too long to be looked at.
  void add_all() { words_.fill(~std::uint64_t{0}); }
  [[nodiscard]] bool has(const PairSet& other) const {
    std::uint64_t lacking = 0;
    for (std::size_t word = 0; word < words_.size(); ++word) lacking |= other.words_[word] & ~words_[word];
    return lacking == 0;
  }
  // Calls with each member of both sets, in ascending order.
  template <typename Visit>
  void each_of_both(const PairSet& other, Visit visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word)
      for (std::uint64_t left = words_[word] & other.words_[word]; left != 0; left &= left - 1)
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
  }

 private:
  static constexpr std::size_t pair(char first, char second) {
    return (static_cast<unsigned char>(first) * 167U + static_cast<unsigned char>(second) * 59U) & (size - 1);
  }

  std::array<std::uint64_t, size / 64> words_{};
};

}  // namespace longhaul::diag
