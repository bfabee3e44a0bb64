// Lines that were found to have no shape of the rules that were asked: outputs repeat themselves, and to find
// that out again costs more than all else about a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace longhaul::diag {

// Remembers keys, of 64 bits, until others need their room. Two keys are never taken for one, but texts of
// the same hash are.
class ShapelessLines {
 public:
  bool holds(std::uint64_t key) const { return !keys_.empty() && keys_[key % keys_.size()] == key; }
  void add(std::uint64_t key) {
    // Short inputs pay for little.
    if (added_ == 0) keys_.resize(small);
    if (added_ == small) keys_.assign(large, 0);
    ++added_;
    keys_[key % keys_.size()] = key;
  }

 private:
  static constexpr std::size_t small = 256;
  static constexpr std::size_t large = 16'384;  // 128 KiB, for each source of lines that has as many
  std::vector<std::uint64_t> keys_;
  std::uint64_t added_ = 0;
};

}  // namespace longhaul::diag
