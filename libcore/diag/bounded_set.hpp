// A set of 64-bit hashes that never grows past its bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace longhaul::diag {

// Remembers at least the last `capacity` values. Past that the older half is forgotten, which `forgot()` tells: a
// value may then be reported new a second time, never a new one as seen.
class BoundedSet {
 public:
  explicit BoundedSet(std::size_t capacity) : capacity_{capacity} {}

  // True where the value was not in the set.
  bool insert(std::uint64_t value) {
    if (value == 0) value = 1;  // 0 marks a free slot
    if (contains(old_, value) || contains(young_, value)) return false;
    if ((young_size_ + 1) * 4 > young_.size() * 3) make_room();
    place(young_, value);
    ++young_size_;
    return true;
  }
  bool forgot() const { return forgot_; }

 private:
  static bool contains(const std::vector<std::uint64_t>& slots, std::uint64_t value) {
    if (slots.empty()) return false;
    const std::size_t mask = slots.size() - 1;
    for (std::size_t i = value & mask; slots[i] != 0; i = (i + 1) & mask)
      if (slots[i] == value) return true;
    return false;
  }
  static void place(std::vector<std::uint64_t>& slots, std::uint64_t value) {
    const std::size_t mask = slots.size() - 1;
    std::size_t i = value & mask;
    while (slots[i] != 0) i = (i + 1) & mask;
    slots[i] = value;
  }
  void make_room() {
    if (young_size_ < capacity_) {
      std::vector<std::uint64_t> larger(young_.empty() ? 256 : young_.size() * 2);
      for (const std::uint64_t value : young_)
        if (value != 0) place(larger, value);
      young_ = std::move(larger);
      return;
    }
    forgot_ = forgot_ || !old_.empty();
    old_.swap(young_);
    young_.assign(old_.size(), 0);
    young_size_ = 0;
  }

  std::size_t capacity_;
  std::size_t young_size_ = 0;
  bool forgot_ = false;
  std::vector<std::uint64_t> young_, old_;
};

}  // namespace longhaul::diag
