// Finds the entries of a bounded vector by a 64-bit key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace longhaul::diag {

// Numbers distinct keys 0, 1, 2, … in the order of their coming, up to a bound.
class KeyIndex {
 public:
  static constexpr std::size_t none = SIZE_MAX;

  explicit KeyIndex(std::size_t capacity) : capacity_{capacity} {}

  // The number of a key, none where it is not known.
  std::size_t find(std::uint64_t key) const {
    if (slots_.empty()) return none;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = key & mask; slots_[i] != 0; i = (i + 1) & mask)
      if (keys_[slots_[i] - 1U] == key) return slots_[i] - 1U;
    return none;
  }

  // Adds a key that is not known; false where there is no room.
  bool add(std::uint64_t key) {
    if (keys_.size() == capacity_) return false;
    keys_.push_back(key);
    if (keys_.size() * 2 > slots_.size())
      grow();
    else
      place(keys_.size());
    return true;
  }

 private:
  void place(std::size_t number) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = keys_[number - 1] & mask;
    while (slots_[i] != 0) i = (i + 1) & mask;
    slots_[i] = static_cast<std::uint16_t>(number);
  }
  void grow() {
    slots_.assign(slots_.empty() ? 32 : slots_.size() * 2, 0);
    for (std::size_t number = 1; number <= keys_.size(); ++number) place(number);
  }

  std::size_t capacity_;  // below 65,535
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint16_t> slots_;  // numbers counted from 1, 0 for a free slot
};

}  // namespace longhaul::diag
