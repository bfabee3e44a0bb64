// Long values made short: an error dump by its summary, anything else by its head and tail.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "entry.hpp"
#include "store/json_reader.hpp"

namespace longhaul::logrotd {

class Shortener {
 public:
  // Values of more than `most` bytes, as they stand in the entry, become at most that long.
  explicit Shortener(std::size_t most) : most_{most} {}

  // Appends the entry with its long values shortened, and for an object the entry's original size and hash as
  // two more members. Never longer than the entry was; nothing else of it is changed. True where something
  // was shortened.
  bool append(std::string& out, std::string_view line, const Entry& entry);

 private:
  static constexpr std::size_t remembered = 1024;
  static constexpr std::size_t most_bytes = std::size_t{1} << 20U;

  bool append_plain(std::string& out, std::string_view line, const Entry& entry);
  std::string_view shortened(std::string_view raw, std::uint64_t hash_of_raw, bool json, std::size_t most);
  std::string made(std::string_view raw, bool json, std::size_t most);
  std::string summary_of(std::string_view raw, bool json, std::size_t most);

  std::size_t most_;
  store::JsonReader json_{EntryReader::longest + 4};
  // What values became, by their hash: the same dump comes again and again. The oldest gives way.
  std::unordered_map<std::uint64_t, std::string> known_;
  std::deque<std::uint64_t> order_;
  std::size_t known_bytes_ = 0;
};

}  // namespace longhaul::logrotd
