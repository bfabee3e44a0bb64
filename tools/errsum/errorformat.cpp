#include "errorformat.hpp"

#include <array>
#include <utility>

#include "base/error.hpp"

namespace longhaul::errsum {
namespace {

struct Item {
  char letter;
  std::string_view expression;
};

// %f and the like; see "errorformat" in vim's quickfix.txt. A path with blanks is one where the rest of the
// format says where it ends.
constexpr std::array<Item, 14> items{{
    {'f', R"((?P<file>(?:[A-Za-z]:)?[^:\s](?:.*?[^:\s])??))"},
    {'o', R"(.+?)"},
    {'l', R"((?P<line>\d+))"},
    {'e', R"(\d+)"},
    {'c', R"((?P<column>\d+))"},
    {'k', R"(\d+)"},
    {'v', R"((?P<column>\d+))"},
    {'t', R"((?P<severity>[A-Za-z]))"},
    {'n', R"((?P<code>\d+))"},
    {'m', R"((?P<message>.+))"},
    {'r', R"((?P<rest>.*))"},
    {'p', R"([-\t .]*)"},
    {'s', R"(.+)"},
    {'b', R"(\d+)"},
}};

constexpr std::string_view prefixes = "EWIACZGOPQDXN";

std::string_view expression_of(char letter) {
  for (const auto& item : items)
    if (item.letter == letter) return item.expression;
  return {};
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// "\," is a comma; a comma alone ends a format.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> all(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == ',')
      all.back() += text[++at];
    else if (text[at] == ',')
      all.emplace_back();
    else
      all.back() += text[at];
  }
  std::erase(all, std::string{});
  return all;
}

class Parser {
 public:
  explicit Parser(const std::string& shown) : text_{shown} {}

  ErrorFormat parse() {
    ErrorFormat format{.prefix = prefix(), .expression = "^", .shown = std::string{text_}};
    while (at_ < text_.size()) format.expression += text_[at_] == '%' ? item() : literal();
    format.expression += '$';
    return format;
  }

 private:
  // "%-G", "%E"
  std::string prefix() {
    if (text_.size() < 2 || text_[0] != '%') return {};
    const bool is_signed = text_[1] == '-' || text_[1] == '+';
    const std::size_t letter = is_signed ? 2 : 1;
    if (text_.substr(1, 1) == ">") {
      text_.remove_prefix(2);
      return prefix();
    }
    if (letter >= text_.size() || prefixes.find(text_[letter]) == std::string_view::npos) return {};
    std::string found{text_.substr(1, letter)};
    at_ = letter + 1;
    return found;
  }

  std::string literal() {
    const char c = text_[at_++];
    // "\." is a point, and so is "."
    if (c == '\\' && at_ < text_.size()) return is_plain(text_[at_]) ? "\\\\" : quoted(text_[at_++]);
    return quoted(c);
  }

  static std::string quoted(char c) { return is_plain(c) ? std::string{c} : std::string{'\\'} + c; }

  std::string item() {
    ++at_;
    if (at_ == text_.size()) throw core::Error{std::string{text_}, "ends in %"};
    const char c = text_[at_++];
    if (const auto expression = expression_of(c); !expression.empty()) return once(c, expression);
    switch (c) {
      case '%': return "%";
      case '.': return ".";
      case '#': return "*";
      case '~': return "~";
      case '[': return "[";
      case '^': return "^";
      case '$': return "\\$";
      case '\\': return escape();
      case '*': return repeated();
      default: throw core::Error{std::string{text_}, std::string{"%"} + c + " is not known"};
    }
  }

  // A group has a name once.
  std::string once(char letter, std::string_view expression) {
    const bool is_again = seen_.find(letter) != std::string::npos;
    seen_ += letter;
    std::string text{expression};
    if (const auto name = text.find("?P<"); is_again && name != std::string::npos)
      text.replace(name, text.find('>') - name + 1, "?:");
    return text;
  }

  // "%\s", "%\\s" in a double-quoted string, "%\(": what vim's patterns have behind a backslash.
  std::string escape() {
    while (at_ < text_.size() && text_[at_] == '\\') ++at_;
    if (at_ == text_.size()) throw core::Error{std::string{text_}, "ends in %\\"};
    const char c = text_[at_++];
    constexpr std::array<std::pair<char, std::string_view>, 16> classes{{{'s', "\\s"},
                                                                         {'S', "\\S"},
                                                                         {'d', "\\d"},
                                                                         {'D', "\\D"},
                                                                         {'w', "\\w"},
                                                                         {'W', "\\W"},
                                                                         {'a', "[A-Za-z]"},
                                                                         {'u', "[A-Z]"},
                                                                         {'l', "[a-z]"},
                                                                         {'x', "[0-9A-Fa-f]"},
                                                                         {'f', "[^\\s]"},
                                                                         {'(', "(?:"},
                                                                         {')', ")"},
                                                                         {'|', "|"},
                                                                         {'+', "+"},
                                                                         {'=', "?"}}};
    for (const auto& [letter, expression] : classes)
      if (letter == c) return std::string{expression};
    if (c == '?') return "?";
    if (c == '<' || c == '>') return "\\b";
    return quoted(c);
  }

  // "%*[^:]" and "%*\d": one or more.
  std::string repeated() {
    if (at_ < text_.size() && text_[at_] == '[') {
      std::size_t end = at_ + 1;
      if (end < text_.size() && text_[end] == '^') ++end;
      if (end < text_.size() && text_[end] == ']') ++end;
      while (end < text_.size() && text_[end] != ']') ++end;
      if (end == text_.size()) throw core::Error{std::string{text_}, "%*[ has no end"};
      std::string set{text_.substr(at_, end + 1 - at_)};
      at_ = end + 1;
      return set + '+';
    }
    if (at_ < text_.size() && text_[at_] == '\\') {
      ++at_;
      return escape() + '+';
    }
    throw core::Error{std::string{text_}, "%* is followed by neither [ nor \\"};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string seen_;
};

}  // namespace

std::vector<ErrorFormat> parse_errorformats(std::string_view text) {
  std::vector<ErrorFormat> formats;
  for (const auto& one : split(text)) formats.push_back(Parser{one}.parse());
  return formats;
}

}  // namespace longhaul::errsum
