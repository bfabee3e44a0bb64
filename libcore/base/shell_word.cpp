#include "base/shell_word.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace longhaul::core {
namespace {

bool is_plain(char c) {
  return is_alnum(c) || (c & 0x80) != 0 || std::string_view{"_-./@%+=:,"}.find(c) != std::string_view::npos;
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string{text};
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted + '\'';
}

std::string shell_path(std::string_view path) {
  return path.starts_with('-') ? shell_word("./" + std::string{path}) : shell_word(path);
}

}  // namespace longhaul::core
