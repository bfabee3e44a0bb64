// What earlier runs saw: samples, alerts, breakers, in one bounded file that many may use at once.
//
// A line of text each, appended by one write under a lock; what was killed in the midst of it leaves a line
// without an end, which the next one cuts off. The file is written anew, aside and renamed, when it holds
// twice as much as is kept, or 16 MiB.
//
//   longhaul-healthcheck 1
//   s TIME LEVEL NAME=VALUE ...      a sample: TIME in milliseconds since 1970
//   a TIME FROM TO                   an alert: the level that was told last
//   b TIME NAME STATE ...            a breaker; the last line of a name counts, the earlier ones tell its
//   turns
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "level.hpp"
#include "metrics/sample.hpp"
#include "series_table.hpp"

namespace longhaul::healthcheck {

struct SavedSample {
  std::int64_t time = 0;  // milliseconds since 1970
  Level level = Level::ok;
};
using Values = std::vector<std::pair<std::string, double>>;  // by the name of their series

struct SavedAlert {
  std::int64_t time = 0;
  Level from = Level::ok;
  Level to = Level::ok;
};

enum class BreakerState { closed, open, half_open };
std::string_view name_of(BreakerState state);

struct Breaker {
  std::string name;
  BreakerState state = BreakerState::closed;
  std::int64_t since = 0;      // milliseconds since 1970: opened, or the trial given out
  std::uint64_t failures = 0;  // in a row
  std::string failure;         // what the last ones had in common; empty for nothing
  std::uint64_t same = 0;      // how often in a row
  bool escalated = false;      // somebody has to look

  bool operator==(const Breaker&) const = default;
};

// A breaker became another state.
struct SavedTurn {
  std::int64_t time = 0;
  std::string breaker;
  BreakerState to = BreakerState::closed;
};

// The file, locked from its making to its end.
class History {
 public:
  static constexpr std::size_t keep_all = std::numeric_limits<std::size_t>::max() / 2;
  struct Use {
    std::size_t keep = 0;      // samples; keep_all for a caller that adds none
    std::size_t looks_at = 0;  // the values of so many samples
    std::chrono::nanoseconds patience{};
  };
  // Reads it. `problems` are one line each: of what was not understood, not written, waited for in vain.
  // Nothing about a history ends a run.
  History(std::string path, const Use& use);

  [[nodiscard]] const std::vector<SavedSample>& samples() const { return samples_; }
  [[nodiscard]] const std::vector<SavedAlert>& alerts() const { return alerts_; }
  [[nodiscard]] const std::vector<Breaker>& breakers() const { return breakers_; }
  [[nodiscard]] const std::vector<SavedTurn>& turns() const { return turns_; }
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  // What is in the file is known; it is where there is no file yet, and not where it cannot be used.
  [[nodiscard]] bool is_known() const { return is_known_; }
  [[nodiscard]] bool is_writable() const { return is_writable_; }

  // As they were read: times in seconds, oldest first. Valid as long as this is.
  [[nodiscard]] std::span<const metrics::Sample> series(std::string_view name) const {
    return table_.series(name);
  }
  [[nodiscard]] Breaker breaker(std::string_view name) const;

  void add(const SavedSample& sample, const Values& values);
  void add(const SavedAlert& alert);
  void set(const Breaker& breaker);
  // Writes what was added. True where it is in the file; one that cannot be used is put aside first.
  bool save();

 private:
  void lock();
  void read();
  bool read_text();
  void take_lines();
  bool take_line(std::string_view line);
  bool take_sample(std::string_view line, std::int64_t time);
  std::size_t take_values();
  void start_anew(const std::string& why);
  void put_aside();
  void forget_breakers();
  void keep_within_bytes();
  bool append();
  bool rewrite();
  void put(const Breaker& breaker);

  std::string path_;
  Use use_;
  core::Fd lock_;
  bool is_known_ = false;
  bool is_writable_ = false;
  bool is_unusable_ = false;  // what is in the file is no history
  std::size_t lines_ = 0;     // in the file
  std::size_t whole_ = 0;     // bytes of the file up to the last line that has an end
  bool must_rewrite_ = false;
  std::string text_;             // as it was read
  std::deque<std::string> new_;  // lines
  std::string added_;            // those that are not in the file
  std::vector<SavedSample> samples_;
  std::vector<std::string_view> sample_lines_;  // of each, without its end
  SeriesTable table_;
  std::vector<SavedAlert> alerts_;
  std::vector<Breaker> breakers_;
  std::vector<SavedTurn> turns_;
  std::vector<std::string> problems_;
};

}  // namespace longhaul::healthcheck
