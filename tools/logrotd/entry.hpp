// One entry of a log: what it says of itself, and where its long values are. The text itself is never copied.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "level.hpp"
#include "store/json_reader.hpp"

namespace longhaul::logrotd {

// A part of an entry, from byte `begin` to before `end`.
struct Span {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
  std::string_view in(std::string_view text) const { return text.substr(begin, size()); }
};

struct Entry {
  void clear();
  // As the bytes are between the quotes, escapes and all.
  struct Value {
    Span raw;
    bool secret = false;  // a key around it names a password or the like
  };
  bool json = false;    // a whole JSON document; else a plain line
  bool object = false;  // and that an object, which can be given another member
  Level level = Level::unknown;
  std::vector<Value> values;  // strings longer than asked for, and secrets
  std::vector<Span> times;    // values of the members that say when
  std::size_t end = 0;        // of an object: where its closing brace stands
};

// Whether the key's value says when the entry was made: "time", "timestamp_ms", "@timestamp", …
bool names_time(std::string_view key);
// Whether the key's value is nobody's business: "password", "api_key", "authorization", …
bool names_secret(std::string_view key);

class EntryReader {
 public:
  // Longer entries are not read as JSON.
  static constexpr std::size_t longest = std::size_t{256} << 10U;
  // Bytes behind a line that must be readable, whatever they are.
  static constexpr std::size_t padding = simdjson::SIMDJSON_PADDING;

  // What is wanted of the values further inside than an object's own members.
  enum class Depth { shallow, deep };

  // Reads a line without its end. `long_value`: strings with more raw bytes are listed; in what is read deep,
  // those further inside too, and secrets. The entry is valid until the next call.
  const Entry& read(std::string_view line, std::size_t long_value, Depth depth);

  // Whether a line can hold a string of more than this many bytes: quick, and never wrongly false.
  static bool may_hold_long_value(std::string_view line, std::size_t long_value);
  // The level of a JSON object, where it can be told without reading the whole; false where it cannot.
  static bool quick_level(std::string_view line, Level& level);

 private:
  template <typename Value>
  bool value_of(Value&& value, std::string_view key, std::size_t depth, bool secret);
  template <typename Object>
  bool members_of(Object&& object, std::size_t depth, bool secret);
  static std::size_t find_level_key(std::string_view line);
  void string_of(std::string_view token, bool secret);
  void scalar_of(std::string_view token, std::string_view key, std::size_t depth, bool secret);

  store::JsonWalker json_{longest};
  std::string_view line_;
  std::size_t long_value_ = 0;
  Depth wanted_ = Depth::deep;
  Entry entry_;
};

}  // namespace longhaul::logrotd
