#include "entry.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/ascii.hpp"
#include "base/line_scan.hpp"

namespace longhaul::logrotd {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t deepest = 100;

// How keys end, in lower case and without their joints ("created_at" is "createdat").
constexpr std::array<std::string_view, 12> time_keys{"time",      "timestamp", "ts",           "timestampms",
                                                     "date",      "asctime",   "timestampiso", "createdat",
                                                     "startedat", "updatedat", "finishedat",   "epoch"};
constexpr std::array<std::string_view, 14> secret_keys{
    "password",   "passwd", "pwd",        "secret",      "apikey",        "accesskey", "secretkey",
    "privatekey", "token",  "passphrase", "credentials", "authorization", "cookie",    "clientsecret"};

// A key as the tables have it; empty where it is longer than any of them could be the end of.
class PlainKey {
 public:
  explicit PlainKey(std::string_view key) {
    for (const char c : key) {
      if (c == '_' || c == '-' || c == '.' || c == '@') continue;
      if (size_ == text_.size()) {
        size_ = 0;
        return;
      }
      text_[size_++] = core::lower(c);
    }
  }
  template <std::size_t n>
  bool ends_as_one_of(const std::array<std::string_view, n>& known) const {
    const std::string_view plain{text_.data(), size_};
    return std::ranges::any_of(known, [&](std::string_view each) {
      return size_ >= each.size() && plain.back() == each.back() && plain.ends_with(each);
    });
  }

 private:
  std::array<char, 40> text_{};
  std::size_t size_ = 0;
};

// A time is a number or has the digits of one: in "created": "apple" there is none.
bool looks_like_time(std::string_view value) {
  return core::is_digit(value.front()) || std::ranges::count_if(value, core::is_digit) >= 6;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
  return token;
}

// The text between the quotes of a key, which ends at the first quote that is not escaped.
std::string_view key_text(const char* begin) {
  const char* end = begin;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

bool names_time(std::string_view key) { return PlainKey{key}.ends_as_one_of(time_keys); }

bool names_secret(std::string_view key) { return PlainKey{key}.ends_as_one_of(secret_keys); }

// A string that long holds a whole block of half the length, aligned to that half, without a quote; unless
// its quotes are escaped, and then there is a backslash. What is no JSON is one value as a whole.
bool EntryReader::may_hold_long_value(std::string_view line, std::size_t long_value) {
  if (line.size() <= long_value) return false;
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || (line[first] != '{' && line[first] != '[')) return true;
  const std::size_t block = std::max<std::size_t>(long_value / 2, 1);
  for (std::size_t at = 0; at + block <= line.size(); at += block)
    if (std::memchr(line.data() + at, '"', block) == nullptr) return true;
  return std::memchr(line.data(), '\\', line.size()) != nullptr;
}

// Where the first key, or other text in quotes, begins that has the name of a level's key; the line's end
// where there is none.
std::size_t EntryReader::find_level_key(std::string_view line) {
  std::size_t at = core::find_byte(line.data(), 0, line.size(), '"');
  for (; at < line.size(); at = core::find_byte(line.data(), at + 1, line.size(), '"')) {
    const std::string_view key = line.substr(at + 1, longest_level_key + 1);
    if (key.empty() || !begins_level_key(key.front())) continue;
    if (names_level(key.substr(0, key.find('"')))) return at;
  }
  return line.size();
}

bool EntryReader::quick_level(std::string_view line, Level& level) {
  level = Level::unknown;
  if (!line.starts_with('{')) return false;
  const std::size_t at = find_level_key(line);
  if (at == line.size()) return true;
  // Before a second bracket all members are the object's own; an escape might make text of what looks like
  // one.
  for (const char c : line.substr(1, at - 1))
    if (c == '{' || c == '[' || c == '\\') return false;
  const std::size_t key_end = line.find('"', at + 1);
  const std::string_view key = line.substr(at + 1, key_end - at - 1);
  std::size_t begin = key_end + 1;
  while (begin < line.size() && (line[begin] == ' ' || line[begin] == ':')) ++begin;
  std::size_t end = begin;
  while (end < line.size() && line[end] != ',' && line[end] != '}') ++end;
  if (line[key_end + 1] != ':' || end == line.size()) return false;
  const auto found = level_of(key, trimmed(line.substr(begin, end - begin)));
  level = found.value_or(Level::unknown);
  return found.has_value();
}

void EntryReader::string_of(std::string_view token, bool secret) {
  const std::string_view raw = token.substr(1, token.size() - 2);
  secret = secret && raw.size() > 1 && raw != "true" && raw != "false" && raw != "null";
  if (raw.size() <= long_value_ && !secret) return;
  const auto begin = static_cast<std::size_t>(raw.data() - line_.data());
  entry_.values.push_back({{begin, begin + raw.size()}, secret});
}

void EntryReader::scalar_of(std::string_view token, std::string_view key, std::size_t depth, bool secret) {
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"') string_of(token, secret);
  if (depth != 1) return;
  if (looks_like_time(token) && names_time(key)) {
    const auto begin = static_cast<std::size_t>(token.data() - line_.data());
    entry_.times.push_back({begin, begin + token.size()});
  }
  if (const auto level = level_of(key, token)) entry_.level = std::max(entry_.level, *level);
}

template <typename Object>
bool EntryReader::members_of(Object&& object, std::size_t depth, bool secret) {
  for (auto each : object) {
    ondemand::field field;
    if (std::move(each).get(field) != simdjson::SUCCESS) return false;
    const std::string_view key = key_text(field.key().raw());
    const bool hides = secret || (wanted_ == Depth::deep && names_secret(key));
    if (!value_of(field.value(), key, depth, hides)) return false;
  }
  return true;
}

template <typename Value>
bool EntryReader::value_of(Value&& value, std::string_view key, std::size_t depth, bool secret) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  const bool inside = type == ondemand::json_type::object || type == ondemand::json_type::array;
  // Skipped by who asks for the next one.
  if (inside && depth >= (wanted_ == Depth::shallow ? 1 : deepest)) return true;
  if (type == ondemand::json_type::object) {
    ondemand::object object;
    return value.get_object().get(object) == simdjson::SUCCESS && members_of(object, depth + 1, secret);
  }
  if (type == ondemand::json_type::array) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto each : array) {
      ondemand::value item;
      if (each.get(item) != simdjson::SUCCESS || !value_of(item, key, depth + 1, secret)) return false;
    }
    return true;
  }
  scalar_of(trimmed(value.raw_json_token()), key, depth, secret);
  return true;
}

void Entry::clear() {
  json = object = false;
  level = Level::unknown;
  values.clear();
  times.clear();
  end = 0;
}

const Entry& EntryReader::read(std::string_view line, std::size_t long_value, Depth depth) {
  entry_.clear();
  line_ = line;
  long_value_ = long_value;
  wanted_ = depth;
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return entry_;
  const bool object = line[first] == '{';
  if (object || line[first] == '[') {
    ondemand::document document;
    bool whole = json_.begin(line, document);
    if (whole && object) {
      ondemand::object members;
      whole = document.get_object().get(members) == simdjson::SUCCESS && members_of(members, 1, false);
    } else if (whole) {
      ondemand::array items;
      whole = document.get_array().get(items) == simdjson::SUCCESS;
      if (whole) {
        for (auto each : items) {
          ondemand::value item;
          whole = each.get(item) == simdjson::SUCCESS && value_of(item, "", 2, false);
          if (!whole) break;
        }
      }
    }
    // Something behind the document makes it none.
    if (whole && document.current_location().error() == simdjson::OUT_OF_BOUNDS) {
      entry_.json = true;
      entry_.object = object;
      entry_.end = line.find_last_not_of(" \t\r");
      return entry_;
    }
    entry_.clear();
  }
  entry_.level = level_of_line(line);
  return entry_;
}

}  // namespace longhaul::logrotd
