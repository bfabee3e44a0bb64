#include "diag/template.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "diag/byte_set.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t longest_template = 200;
constexpr std::string_view ellipsis = "…";

using core::is_digit;

// Of any script.
constexpr bool is_letter(char c) { return core::is_letter(c) || (c & 0x80) != 0; }
constexpr bool is_hex(char c) { return is_digit(c) || (core::lower(c) >= 'a' && core::lower(c) <= 'f'); }
constexpr bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }
constexpr ByteSet path_bytes = [] {
  ByteSet bytes;
  for (unsigned byte = 0; byte < 256; ++byte)
    if (is_word(static_cast<char>(byte))) bytes.add(static_cast<char>(byte));
  for (const char c : {'/', '.', '-', '~', '@', '+'}) bytes.add(c);
  return bytes;
}();

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// A word as far as masking is concerned: letters, digits and what joins them in paths, ids and times.
struct PathWord {
  std::string_view text;
  std::size_t digits = 0;
  bool is_path = false;
};

PathWord path_word_at(std::string_view text, std::size_t at) {
  PathWord word;
  std::size_t end = at;
  for (; end < text.size() && path_bytes.has(text[end]); ++end) {
    if (is_digit(text[end])) ++word.digits;
    if (text[end] == '/') word.is_path = true;
  }
  word.text = text.substr(at, end - at);
  return word;
}

// What stands for it; nothing where it stands for itself.
std::string_view mask_of(const PathWord& path_word) {
  if (path_word.is_path) return "<path>";
  if (path_word.digits == 0) return {};
  const std::string_view word = path_word.text;
  if (path_word.digits == word.size()) return "<n>";
  const bool all_hex =
      std::all_of(word.begin(), word.end(), [](char c) { return is_hex(c) || c == '-' || c == 'x'; });
  if (all_hex && word.size() >= 6) return "<id>";
  if (std::none_of(word.begin(), word.end(), is_letter)) return "<n>";
  if (is_digit(word.front())) return "<n>";
  return {};
}

// Where the quoted text that opens at `at` closes; npos where it does not.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const bool opens = at == 0 || !is_word(text[at - 1]);
  if (!opens) return std::string_view::npos;
  const std::size_t end = text.find(text[at], at + 1);
  return end != std::string_view::npos && end - at < 160 ? end : std::string_view::npos;
}

struct Word {
  std::size_t begin, end;
  bool quoted;
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  bool in_quotes = false;
  char quote = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at == text.size() || (text[at] == ' ')) {
      if (at > begin)
        words.push_back({begin, at, in_quotes || is_quote(text[begin]) || is_quote(text[at - 1])});
      begin = at + 1;
      continue;
    }
    if (in_quotes && text[at] == quote)
      in_quotes = false;
    else if (!in_quotes && is_quote(text[at]) && (at == begin)) {
      in_quotes = true;
      quote = text[at];
    }
  }
  return words;
}

}  // namespace

std::string mask(std::string_view line) {
  std::string out;
  out.reserve(std::min(line.size(), longest_template) + 8);
  std::size_t at = 0;
  while (at < line.size() && out.size() < longest_template) {
    const char c = line[at];
    if (is_quote(c)) {
      if (const std::size_t end = closing_quote(line, at); end != std::string_view::npos) {
        out += c;
        out += ellipsis;
        out += c;
        at = end + 1;
        continue;
      }
    }
    if (!path_bytes.has(c)) {
      const bool repeated_blank = (c == ' ' || c == '\t') && !out.empty() && out.back() == ' ';
      if (!repeated_blank) out += c == '\t' ? ' ' : c;
      ++at;
      continue;
    }
    const PathWord word = path_word_at(line, at);
    const std::string_view masked = mask_of(word);
    const std::string_view piece = masked.empty() ? word.text : masked;
    // "12:30:05" and "1:2" are one number
    if (piece == "<n>" && out.ends_with("<n>:"))
      out.pop_back();
    else
      out += core::utf8_prefix(piece, longest_template);
    at += word.text.size();
  }
  return std::string{core::utf8_prefix(out, longest_template)};
}

void generalise(std::string& message, std::string_view other) {
  if (message == other) return;
  const std::vector<Word> mine = words_of(message);
  const std::vector<Word> theirs = words_of(other);
  if (mine.size() != theirs.size() || mine.size() > 40) return;
  std::string masked;
  std::size_t differing = 0;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const std::string_view word =
        std::string_view{message}.substr(mine[i].begin, mine[i].end - mine[i].begin);
    const bool number = std::any_of(word.begin(), word.end(), is_digit);
    const bool same = word == other.substr(theirs[i].begin, theirs[i].end - theirs[i].begin);
    if (i != 0) masked += ' ';
    if (same || mine[i].quoted || number) {
      masked += word;
    } else {
      masked += ellipsis;
      ++differing;
    }
  }
  if (differing != 0 && differing * 2 <= mine.size()) message = std::move(masked);
}

std::string bare_message(std::string_view message) {
  std::string out;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (is_quote(message[at])) {
      if (const std::size_t end = closing_quote(message, at); end != std::string_view::npos) {
        at = end;
        continue;
      }
    }
    if (message[at] == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += message[at];
  }
  if (const std::size_t bracket = out.find_last_of("(["); bracket != std::string::npos && bracket > 8)
    out.resize(bracket);
  while (!out.empty() && (out.back() == ' ' || out.back() == ':' || out.back() == '.' || out.back() == ','))
    out.pop_back();
  return out;
}

}  // namespace longhaul::diag
