// A number of 64 bits as 16 hexadecimal digits, as hashes are named and stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longhaul::core {

inline void append_hexadecimal(std::string& text, std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += digits[number >> static_cast<unsigned>(shift) & 15U];
}

inline std::string hexadecimal(std::uint64_t number) {
  std::string text;
  append_hexadecimal(text, number);
  return text;
}

}  // namespace longhaul::core
