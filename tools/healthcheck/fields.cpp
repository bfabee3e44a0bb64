#include "fields.hpp"

#include <algorithm>
#include <charconv>

namespace longhaul::healthcheck {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

// 0 for what is no digit: the word was not made here.
std::size_t value_of(char digit) {
  const auto at = digits.find(digit);
  return at == std::string_view::npos ? 0 : at;
}

bool is_plain(char c) { return c > ' ' && c != '%' && c != '=' && c != '\x7f'; }

}  // namespace

std::string escaped(std::string_view text) {
  if (text.empty()) return "%";
  std::string word;
  for (const char c : text) {
    if (is_plain(c)) {
      word += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      word += '%';
      word += digits[byte >> 4U];
      word += digits[byte & 15U];
    }
  }
  return word;
}

std::string unescaped(std::string_view word) {
  std::string text;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (word[at] != '%') {
      text += word[at];
    } else if (at + 2 < word.size()) {
      text += static_cast<char>(value_of(word[at + 1]) * 16 + value_of(word[at + 2]));
      at += 2;
    }
  }
  return text;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

std::optional<double> number_of(std::string_view word) {
  double value = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || problem != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace longhaul::healthcheck
