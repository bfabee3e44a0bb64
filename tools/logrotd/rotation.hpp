// When a log is rotated, and behind which entry: for one that is written and one that is only counted.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"

namespace longhaul::logrotd {

// The next multiple of the interval since 1970, so that a day's log ends at midnight (UTC).
inline core::Time next_rotation(core::Time now, std::chrono::nanoseconds interval) {
  if (interval.count() == 0) return core::Time::max();
  return core::Time{(now.time_since_epoch() / interval + 1) * interval};
}

// How many bytes of the entries, with the end of one, go into a log that has so much room; there are more
// than that. An entry larger than a whole log has one to itself.
inline std::size_t fitting(std::string_view entries, std::uint64_t room, bool log_is_empty) {
  const std::size_t whole = room == 0 ? 0 : entries.rfind('\n', static_cast<std::size_t>(room) - 1) + 1;
  if (whole != 0 || !log_is_empty) return whole;
  return std::min(entries.find('\n'), entries.size() - 1) + 1;
}

struct RawPart {
  std::size_t bytes;
  bool is_last;  // the log is rotated behind it
};

// A raw log is filled to its bound, and goes on to the end of the entry that crosses it.
inline RawPart raw_part(std::string_view bytes, std::uint64_t room, bool begins_entry) {
  if (room != 0) return {static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())), false};
  if (begins_entry) return {0, true};
  const std::size_t taken = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
  return {taken, bytes[taken - 1] == '\n'};
}

}  // namespace longhaul::logrotd
