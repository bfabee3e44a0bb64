// Writes one JSON object on one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace longhaul::store {

// Appends `text` as a JSON string. What is not valid UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view{text}); }
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(bool flag);
  // One decimal place.
  JsonWriter& tenths(double number);
  // The shortest text that is the same number; null for what is none, or infinite.
  JsonWriter& real(double number);
  JsonWriter& null();

  template <typename T>
  JsonWriter& member(std::string_view name, const T& what) {
    key(name);
    return value(what);
  }

  // Makes room where much is to come.
  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void comma();

  std::string out_;
  bool comma_wanted_ = false;
};

}  // namespace longhaul::store
