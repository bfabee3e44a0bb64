#include "diag/line_forms.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace longhaul::diag {
namespace {

using core::is_digit;
using core::is_letter;

std::uint64_t number_at(std::string_view text, std::size_t& at) {
  std::uint64_t value = 0;
  while (at < text.size() && is_digit(text[at])) value = value * 10 + static_cast<unsigned>(text[at++] - '0');
  return value;
}

std::string_view word_at(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_letter(text[at])) ++at;
  return text.substr(begin, at - begin);
}

std::string_view word_behind(std::string_view text, std::size_t& at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return word_at(text, at);
}

}  // namespace

std::size_t indent_of(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && core::is_blank(text[at])) ++at;
  return at;
}

std::string_view last_in_parentheses(std::string_view text) {
  if (!text.ends_with(')')) return {};
  text.remove_suffix(1);
  const std::size_t open = text.find_last_of("( )");
  return open != std::string_view::npos && open != 0 && text[open] == '(' && core::is_blank(text[open - 1])
             ? text.substr(open + 1)
             : std::string_view{};
}

bool is_caret_line(std::string_view text) {
  bool marked = false;
  for (const char c : text) {
    if (c == '^' || c == '~')
      marked = true;
    else if (c != ' ' && c != '\t' && c != '-' && c != '|' && c != '.')
      return false;
  }
  return marked;
}

bool looks_like_path(std::string_view text) {
  if (text.empty() || text.size() > longest_heading || text.front() == ' ') return false;
  if (!text.starts_with("./") && text.find(": ") != std::string_view::npos) return false;
  const std::size_t slash = text.find_last_of("/\\");
  const std::string_view base = slash == std::string_view::npos ? text : text.substr(slash + 1);
  const std::size_t dot = base.rfind('.');
  return slash != std::string_view::npos ||
         (dot != std::string_view::npos && dot + 1 < base.size() && base.size() - dot <= 12);
}

std::string_view class_name(std::string_view code) {
  const std::size_t dot = code.rfind('.');
  return dot == std::string_view::npos ? code : code.substr(dot + 1);
}

std::string_view own_file(std::string_view file) {
  if (file.starts_with("/tmp/cc") && file.ends_with(".o")) return {};
  if (file.empty() || !is_digit(file.back())) return file;
  const std::size_t cell = file.find(".ipynb:cell ");
  return cell == std::string_view::npos ? file : file.substr(0, cell + 6);
}

std::string module_file(std::string_view test) {
  const std::size_t open = test.find(" (");
  if (open == std::string_view::npos) return {};
  test.remove_prefix(open + 2);
  test = test.substr(0, test.find(')'));
  std::string file;
  // Modules are written small, and classes not.
  while (!test.empty() && !core::is_upper(test.front())) {
    const std::size_t dot = std::min(test.find('.'), test.size());
    file.append(file.empty() ? "" : "/").append(test.substr(0, dot));
    test.remove_prefix(std::min(dot + 1, test.size()));
  }
  return file.empty() || test.empty() ? std::string{} : file + ".py";
}

OwnTotal read_counts(std::string_view text) {
  OwnTotal own;
  bool understood = text == "no tests";  // vitest's words for none
  std::size_t at = 0;
  std::string_view before, earlier;  // the words that an equals sign follows
  while (at < text.size()) {
    const std::size_t begin = at;
    if (const std::string_view word = word_at(text, at); !word.empty()) {
      earlier = begin != 0 && text[begin - 1] == ' ' ? before : std::string_view{};
      before = word;
      continue;
    }
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    const bool is_named = begin != 0 && text[begin - 1] == '=';
    const std::uint64_t value = number_at(text, at);
    const std::string_view word = is_named ? before : word_behind(text, at);
    understood = understood || !word.empty();
    if (is_named && earlier == "expected") continue;  // failures that were expected
    if (word == "failed" || word == "failures" || word == "failure" || word == "successes")
      own.parts[0] = own.parts[0].value_or(0) + value;
    if (word == "error" || word == "errors") own.parts[1] = value;
  }
  if (understood && !own.parts[0]) own.parts[0] = 0;
  return own;
}

}  // namespace longhaul::diag
