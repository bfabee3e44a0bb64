#include "base/markup.hpp"

#include "base/utf8.hpp"

namespace longhaul::core {

std::string markup_escaped(std::string_view text) {
  std::string escaped;
  const std::string printable = utf8_printable(text);
  for (std::size_t at = 0; at < printable.size(); ++at) {
    // XML has no U+FFFE and U+FFFF, which are no characters: U+FFFD stands for them.
    const std::string_view rest = std::string_view{printable}.substr(at);
    if (rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF")) {
      escaped += "\xEF\xBF\xBD";
      at += 2;
      continue;
    }
    switch (const char c = printable[at]) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace longhaul::core
