#include "base/markup.hpp"

#include "base/utf8.hpp"

namespace longhaul::core {

std::string markup_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : utf8_printable(text)) {
    switch (c) {
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
