// A 128-bit hash of what comes in pieces, the same however it is cut, as a name for it. Made of hash.hpp, so
// not for adversaries either: by chance alone two texts of a billion have the same one with odds of 1 to
// 10^20.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace longhaul::core {

class StreamHash {
 public:
  void add(std::string_view bytes);
  // 32 hexadecimal digits of all that was added.
  [[nodiscard]] std::string text() const;

 private:
  static constexpr std::size_t block_size = 4096;
  std::string rest_;  // less than a block
  std::array<std::uint64_t, 2> state_{};
  std::uint64_t size_ = 0;
};

}  // namespace longhaul::core
