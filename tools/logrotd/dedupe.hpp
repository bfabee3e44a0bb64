// Entries that are equal but for the time they bear: the first is written, the others are counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "entry.hpp"

namespace longhaul::logrotd {

class Dedupe {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  // Takes a line, without its end, that says how often an entry was repeated.
  using Sink = std::function<void(std::string_view line)>;

  // Distinct entries remembered at once; the oldest gives way, its count being written.
  static constexpr std::size_t most = 4096;

  Dedupe(std::chrono::nanoseconds window, Sink sink) : window_{window}, sink_{std::move(sink)} {}

  // True where the entry was seen within the window, and is counted instead of written. `arrival` is the wall
  // clock's time, for entries that bear none.
  bool repeats(std::string_view line, const Entry& entry, Steady now, std::string_view arrival);
  // How the entry that was last said not to repeat is written: what its count will show of it.
  void written(std::string_view line);

  // Writes the counts whose windows have ended.
  void expire(Steady now);
  // Writes all counts.
  void finish();
  // When expire() has something to do next.
  std::optional<Steady> deadline() const;

 private:
  struct Seen {
    std::uint64_t count = 0;  // beyond the one that was written
    std::string first, last, sample;
    bool json = false;
    Level level = Level::unknown;
  };
  struct Window {
    Steady end;
    std::uint64_t hash;
  };

  void close(std::uint64_t hash);

  std::chrono::nanoseconds window_;
  Sink sink_;
  std::unordered_map<std::uint64_t, Seen> seen_;
  std::deque<Window> windows_;  // in the order of their ends
  Seen* latest_ = nullptr;
};

}  // namespace longhaul::logrotd
