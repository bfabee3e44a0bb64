#include "store/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "base/number_text.hpp"
#include "base/utf8.hpp"

namespace longhaul::store {

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x80) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
      ++at;
    } else if (byte < 0x20) {
      switch (c) {
        case '\n': out += "\\n"; break;
        case '\t': out += "\\t"; break;
        case '\r': out += "\\r"; break;
        default: {
          constexpr std::string_view digits = "0123456789abcdef";
          out += "\\u00";
          out += digits[byte >> 4U];
          out += digits[byte & 15U];
        }
      }
      ++at;
    } else if (const std::size_t length = core::utf8_sequence(text, at); length != 0) {
      out += text.substr(at, length);
      at += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++at;
    }
  }
  out += '"';
}

void JsonWriter::comma() {
  if (comma_wanted_) out_ += ',';
  comma_wanted_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  comma();
  out_ += bracket;
  comma_wanted_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_wanted_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  comma();
  append_json_string(out_, name);
  out_ += ':';
  comma_wanted_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  comma();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  comma();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
  comma();
  out_ += flag ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::tenths(double number) {
  comma();
  std::array<char, 512> text;  // the largest double has 309 digits before its point
  const auto end = std::to_chars(text.begin(), text.end(), number, std::chars_format::fixed, 1);
  out_.append(text.begin(), end.ptr);
  return *this;
}

JsonWriter& JsonWriter::real(double number) {
  if (!std::isfinite(number)) return null();
  comma();
  out_ += core::number_text(number);
  return *this;
}

JsonWriter& JsonWriter::null() {
  comma();
  out_ += "null";
  return *this;
}

}  // namespace longhaul::store
