#include "base/workflow_command.hpp"

namespace longhaul::core {
namespace {

// Of a property a colon and a comma are escaped, too.
std::string escaped(std::string_view text, bool is_property) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '%': escaped += "%25"; break;
      case '\n': escaped += "%0A"; break;
      case '\r': escaped += "%0D"; break;
      case ':': escaped += is_property ? "%3A" : ":"; break;
      case ',': escaped += is_property ? "%2C" : ","; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string workflow_command(const Annotation& annotation) {
  std::string line{"::"};
  line += annotation.level;
  char separator = ' ';
  const auto add = [&](std::string_view name, const std::string& value) {
    line.append(1, separator).append(name).append("=").append(value);
    separator = ',';
  };
  if (!annotation.file.empty()) add("file", escaped(annotation.file, true));
  if (annotation.line != 0) add("line", std::to_string(annotation.line));
  if (annotation.column != 0) add("col", std::to_string(annotation.column));
  if (!annotation.title.empty()) add("title", escaped(annotation.title, true));
  return line + "::" + escaped(annotation.message, false) + '\n';
}

}  // namespace longhaul::core
