// UTF-8 text in a world where input may be anything: cutting never splits a character, and what is written is
// valid.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace longhaul::core {

// The longest prefix of at most `bytes` bytes that does not end inside a character.
inline std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

// The length of the valid UTF-8 sequence that begins at `at`, 0 where there is none (RFC 3629: no surrogates,
// no overlong forms, nothing above U+10FFFF).
std::size_t utf8_sequence(std::string_view text, std::size_t at);

// `text` cut to at most `bytes` bytes, the last of them an ellipsis where something was cut.
std::string utf8_shorten(std::string_view text, std::size_t bytes);

// `text` fit for a terminal: U+FFFD for every byte that is not part of valid UTF-8, and for control
// characters but line ends and tabs.
std::string utf8_printable(std::string_view text);

}  // namespace longhaul::core
