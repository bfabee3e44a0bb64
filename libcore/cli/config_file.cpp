#include "cli/config_file.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::cli {
namespace {

constexpr std::size_t longest_file = 1024 * 1024;

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view name) : text_{text}, name_{name} {}

  std::vector<ConfigEntry> entries() {
    std::vector<ConfigEntry> found;
    while (skip_to_text(), position_ < text_.size()) {
      ConfigEntry entry = read_entry();
      const bool again =
          std::ranges::any_of(found, [&](const auto& other) { return other.key == entry.key; });
      if (again) fail("'" + entry.key + "' is given twice");
      found.push_back(std::move(entry));
    }
    return found;
  }

 private:
  [[noreturn]] void fail(std::string_view reason) const {
    throw core::Error{std::string{name_} + ":" + std::to_string(line_), reason};
  }

  [[nodiscard]] char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') ++position_;
    if (peek() != '#') return;
    while (position_ < text_.size() && peek() != '\n') ++position_;
  }

  void skip_to_text() {
    for (skip_blanks(); peek() == '\n'; skip_blanks()) {
      ++position_;
      ++line_;
    }
  }

  ConfigEntry read_entry() {
    ConfigEntry entry{{}, {}, line_};
    if (peek() == '[') fail("tables are not used here, only key = value");
    entry.key = peek() == '"' || peek() == '\'' ? read_quoted() : read_bare();
    if (entry.key.empty()) fail("a line is: key = value");
    skip_blanks();
    if (peek() != '=') fail("'" + entry.key + "' has no value: a line is: key = value");
    ++position_;
    skip_blanks();
    if (peek() == '[') {
      read_array(entry.values);
    } else {
      entry.values.push_back(read_value());
    }
    skip_blanks();
    if (position_ < text_.size() && peek() != '\n') fail("more text after the value of '" + entry.key + "'");
    return entry;
  }

  void read_array(std::vector<std::string>& values) {
    ++position_;
    for (skip_to_text(); peek() != ']'; skip_to_text()) {
      values.push_back(read_value());
      skip_to_text();
      if (peek() == ',') {
        ++position_;
      } else if (peek() != ']') {
        fail("an array ends with ']', its values are set apart by ','");
      }
    }
    ++position_;
  }

  std::string read_value() {
    if (peek() == '"' || peek() == '\'') return read_quoted();
    const auto start = position_;
    while (is_bare(peek()) || peek() == '+' || peek() == '.') ++position_;
    const auto word = text_.substr(start, position_ - start);
    if (word == "true" || word == "false") return std::string{word};
    const bool is_number =
        !word.empty() && word.find_first_not_of("0123456789+-._eE") == std::string_view::npos;
    if (!is_number) fail("a value is \"text\" in quotes, a number, true, false or an array of them");
    std::string number{word};
    std::erase(number, '_');
    return number;
  }

  std::string read_bare() {
    const auto start = position_;
    while (is_bare(peek())) ++position_;
    return std::string{text_.substr(start, position_ - start)};
  }

  std::string read_quoted() {
    const char quote = peek();
    std::string value;
    for (++position_; peek() != quote; ++position_) {
      if (position_ >= text_.size() || peek() == '\n') fail("a quote is not closed");
      value += quote == '"' && peek() == '\\' ? read_escape() : peek();
    }
    ++position_;
    return value;
  }

  // Leaves the position on the escape's last character.
  char read_escape() {
    ++position_;
    switch (peek()) {
      case 'n': return '\n';
      case 't': return '\t';
      case '"': return '"';
      case '\\': return '\\';
      default: fail("an escape is one of \\n \\t \\\" \\\\");
    }
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<ConfigEntry> parse_config(std::string_view text, std::string_view name) {
  return Reader{text, name}.entries();
}

std::vector<ConfigEntry> read_config(std::string_view path) {
  const auto name = core::input_name(path);
  const auto file = core::open_input(path);
  std::string text;
  std::array<char, 16 * 1024> buffer;
  while (const auto count = core::read_some(file.get(), buffer, name)) {
    text.append(buffer.data(), count);
    if (text.size() > longest_file) throw core::Error{name, "longer than 1 MiB, which is no configuration"};
  }
  return parse_config(text, name);
}

}  // namespace longhaul::cli
