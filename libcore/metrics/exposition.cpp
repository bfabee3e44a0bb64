#include "metrics/exposition.hpp"

#include <array>
#include <cmath>

#include "base/number_text.hpp"
#include "base/utf8.hpp"

namespace longhaul::metrics {
namespace {

std::string byte_text(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'\\', '\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
}

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return core::number_text(value);
}

}  // namespace

std::string label(std::string_view name, std::string_view value) {
  const bool is_text = core::utf8_printable(value) == value;
  std::string text = std::string{name} + "=\"";
  for (const char c : value) {
    if (c == '\\' || c == '"')
      text.append("\\").append(1, c);
    else if (c == '\n')
      text += "\\n";
    else if (is_text || (c >= ' ' && c < '\x7f'))
      text += c;
    else
      text += byte_text(static_cast<unsigned char>(c));
  }
  return text + '"';
}

void Exposition::begin(std::string_view name, std::string_view help, std::string_view unit) {
  name_ = prefix_ + std::string{name};
  text_ += "# HELP " + name_ + ' ' + std::string{help} + '\n';
  text_ += "# TYPE " + name_ + " gauge\n";
  if (format_ == Format::openmetrics && !unit.empty())
    text_ += "# UNIT " + name_ + ' ' + std::string{unit} + '\n';
}

void Exposition::sample(const std::string& labels, double value) {
  text_ += name_ + (labels.empty() ? "" : '{' + labels + '}') + ' ' + number(value) + '\n';
}

std::string Exposition::end() { return format_ == Format::openmetrics ? text_ + "# EOF\n" : text_; }

}  // namespace longhaul::metrics
