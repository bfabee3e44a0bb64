// The record of a watch: samples, changes and actions, one line of JSON each.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/moment.hpp"
#include "cli/session.hpp"
#include "level.hpp"
#include "meter.hpp"
#include "metrics/trend.hpp"
#include "settings.hpp"
#include "sys/memory_tree.hpp"

namespace longhaul::memwatch {

// What happened from the beginning to the end.
struct Summary {
  std::uint64_t peak = 0;
  std::uint64_t peak_processes = 0;
  std::uint64_t looks = 0;
  std::array<std::chrono::nanoseconds, 3> time{};  // in each level
  std::array<std::uint64_t, 3> entered{};          // how often each was entered
  std::uint64_t hooks = 0;
  std::uint64_t signals = 0;
  std::uint64_t pauses = 0;
  std::uint64_t victims = 0;
  std::uint64_t kernel_kills = 0;   // of --hard
  std::uint64_t dropped_lines = 0;  // that nobody read in time
  metrics::Trend trend;
};

class RecordWriter {
 public:
  enum class Sink {
    nothing,
    file,             // --log
    standard_output,  // where no command has it
    changes_only,     // to standard error, beside a command: samples would be in its way
  };

  // Throws Error where the file cannot be opened.
  RecordWriter(const Settings& settings, Metric metric, const Thresholds& thresholds, Sink sink,
               cli::Session& session);

  // Written where the use has changed by a hundredth of the budget since the last one, and every minute.
  void note_sample(const Reading& reading, Level level, const metrics::Trend& trend, core::Moment now);
  void note_change(Level from, Level to, const Reading& reading, double growth_per_second);
  // `member` may be null: nobody in particular. Its command line is asked for before something is done to it.
  void note_action(std::string_view action, const sys::TreeMember* member, std::string_view command,
                   const Reading& reading);
  void note_hook(std::string_view which, int status);
  void note_kernel_kill(const Reading& reading);
  void note_end(const Summary& summary);

  // Lines that the reader did not take in time: the budget does not wait for it.
  [[nodiscard]] std::uint64_t dropped_lines() const { return dropped_lines_; }

  [[nodiscard]] bool goes_to_output() const { return sink_ == Sink::standard_output; }
  // Its reader went away, or its disk is full.
  [[nodiscard]] bool output_failed() const { return output_failed_; }
  // Goes on without it, and says so.
  void lose_output();

  void set_tree(const sys::MemoryTree& tree) { tree_ = &tree; }

 private:
  void write(const std::string& line, bool is_change);

  const Settings& settings_;
  Metric metric_;
  Thresholds thresholds_;
  Sink sink_;
  cli::Session& session_;
  const sys::MemoryTree* tree_ = nullptr;
  core::Fd file_;
  bool file_failed_ = false;
  bool output_failed_ = false;
  std::uint64_t dropped_lines_ = 0;
  bool anything_happened_ = false;
  std::optional<std::uint64_t> last_used_;
  core::Moment next_sample_{};
};

// The summary as an object.
std::string json_of(const Summary& summary, const Settings& settings, Metric metric);
// The same for a shadow, with what would have been done by these settings.
std::string json_of_shadow(const Summary& summary, const Settings& wanted, Metric metric);

}  // namespace longhaul::memwatch
