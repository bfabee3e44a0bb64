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
  bool holds(std::uint64_t key) const { return !keys_.empty() && keys_[key % size] == key; }
  void add(std::uint64_t key) {
    if (keys_.empty()) keys_.resize(size);
    keys_[key % size] = key;
  }

 private:
  static constexpr std::size_t size = 16'384;  // 128 KiB, for each source of lines that has any
  std::vector<std::uint64_t> keys_;
};

}  // namespace longhaul::diag
