#include "base/base64.hpp"

#include <cstdint>

namespace longhaul::core {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t group =
        byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
    text += digits[group >> 18U];
    text += digits[group >> 12U & 63U];
    text += at + 1 < bytes.size() ? digits[group >> 6U & 63U] : '=';
    text += at + 2 < bytes.size() ? digits[group & 63U] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::string_view four = text.substr(at, 4);
    const bool last = at + 4 == text.size();
    const std::size_t padding = four.ends_with("==") ? 2 : four.ends_with('=') ? 1 : 0;
    if (padding != 0 && !last) return std::nullopt;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t digit = i + padding >= 4 ? 0 : digits.find(four[i]);
      if (digit == std::string_view::npos) return std::nullopt;
      group = group << 6U | static_cast<std::uint32_t>(digit);
    }
    bytes += static_cast<char>(group >> 16U & 255U);
    if (padding < 2) bytes += static_cast<char>(group >> 8U & 255U);
    if (padding < 1) bytes += static_cast<char>(group & 255U);
  }
  return bytes;
}

}  // namespace longhaul::core
