// A set of 64-bit hashes that never grows past its bound.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace longhaul::diag {

// Exact while small. A large one keeps 31 of the bits that do not choose the place, in lines of the cache:
// each insert costs one access to memory, and of 2^46 pairs of values one is taken for the same. A full line
// forgets its oldest value, which `forgot()` tells: it may then be reported new a second time.
class BoundedSet {
 public:
  // Remembers about `capacity` values, a power of two; of large sets nearly all.
  explicit BoundedSet(std::size_t capacity) : lines_wanted_{capacity / usual_load} {}

  // True where the value was not in the set.
  bool insert(std::uint64_t value) {
    if (!lines_.empty()) return insert_in_line(value);
    if (value == 0) value = 1;  // 0 marks a free slot
    if (!small_.empty() && small_[slot_of(value)] == value) return false;
    if ((small_size_ + 1) * 2 > small_.size()) {
      if (small_size_ == largest_small) {
        become_large();
        return insert_in_line(value);
      }
      grow();
    }
    small_[slot_of(value)] = value;
    ++small_size_;
    return true;
  }

  // This value will be inserted soon: brings its place into the cache.
  [[gnu::always_inline]] void expect(std::uint64_t value) const {
    if (!lines_.empty()) __builtin_prefetch(&lines_[line_of(value)], 1);
  }

  bool forgot() const { return forgot_; }

 private:
  static constexpr std::size_t line_size = 16;
  static constexpr std::size_t usual_load =
      8;  // values of a line when the set is full; more than 16 are rare
  static constexpr std::size_t largest_small = 8192;
  struct alignas(64) Line {
    std::array<std::uint32_t, line_size> tags{};
  };

  std::size_t line_of(std::uint64_t value) const { return value & (lines_.size() - 1); }
  static std::uint32_t tag_of(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32U) | 1U; }

  bool insert_in_line(std::uint64_t value) {
    Line& line = lines_[line_of(value)];
    const std::uint32_t tag = tag_of(value);
    std::uint32_t known = 0;
    std::uint32_t used = 0;
    for (const std::uint32_t each : line.tags) {
      known |= each == tag ? 1U : 0U;
      used += each != 0 ? 1U : 0U;
    }
    if (known != 0) return false;
    if (used == line_size) {
      forgot_ = true;
      std::copy(line.tags.begin() + 1, line.tags.end(), line.tags.begin());
      --used;
    }
    line.tags[used] = tag;
    return true;
  }

  // Where a small set holds the value, or would.
  std::size_t slot_of(std::uint64_t value) const {
    const std::size_t mask = small_.size() - 1;
    std::size_t i = value & mask;
    while (small_[i] != 0 && small_[i] != value) i = (i + 1) & mask;
    return i;
  }

  void grow() {
    std::vector<std::uint64_t> old(small_.empty() ? 512 : small_.size() * 2);
    old.swap(small_);
    for (const std::uint64_t value : old)
      if (value != 0) small_[slot_of(value)] = value;
  }

  void become_large() {
    lines_.resize(lines_wanted_);
    for (const std::uint64_t value : small_)
      if (value != 0) insert_in_line(value);
    small_ = {};
  }

  std::size_t lines_wanted_;
  std::size_t small_size_ = 0;
  bool forgot_ = false;
  std::vector<std::uint64_t> small_;
  std::vector<Line> lines_;
};

}  // namespace longhaul::diag
