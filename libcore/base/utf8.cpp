#include "base/utf8.hpp"

namespace longhaul::core {

std::size_t utf8_sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
  const unsigned char second = byte(at + 1);
  const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (std::size_t i = at + 2; i < at + length; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  return length;
}

std::string utf8_shorten(std::string_view text, std::size_t bytes) {
  constexpr std::string_view ellipsis = "…";
  if (text.size() <= bytes) return std::string{text};
  if (bytes < ellipsis.size()) return {};
  return std::string{utf8_prefix(text, bytes - ellipsis.size())} + std::string{ellipsis};
}

std::string utf8_printable(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_sequence(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
    if (length == 0 || control)
      valid += "\xEF\xBF\xBD";
    else
      valid += text.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return valid;
}

}  // namespace longhaul::core
