// What happens to entries between the pipe and the log: level, ring, redaction, shortening, deduplication.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "dedupe.hpp"
#include "entry.hpp"
#include "redact.hpp"
#include "ring.hpp"
#include "shorten.hpp"
#include "statistics.hpp"

namespace longhaul::logrotd {

struct Rules {
  Level level = Level::unknown;  // entries below it are filtered; unknown: none are
  std::size_t max_value = 500;   // 0: no limit
  std::chrono::nanoseconds dedupe{0};
  std::size_t ring = 0;
  bool redact = false;
  std::vector<std::string> redact_patterns;
};

class Pipeline {
 public:
  // Takes whole lines with their ends, one or many.
  using Sink = std::function<void(std::string_view lines)>;

  // Told once of what stops the reading of entries; they are written as they are from then on.
  using Failed = std::function<void(const core::Error&)>;

  // The statistics outlive the pipeline.
  Pipeline(const Rules& rules, Statistics& statistics, core::Clock clock, Sink sink, Failed failed);

  // Whole lines with their ends. EntryReader::padding bytes behind them must be readable.
  void lines(std::string_view block);
  // Of a line longer than EntryReader::longest its beginning, without an end, and its whole size.
  void cut_line(std::string_view head, std::uint64_t size);

  // Writes what the ring holds, each entry marked.
  void dump_ring();
  // Does what is due; deadline() says when something will be.
  void tick();
  std::optional<Dedupe::Steady> deadline() const;
  // The input has ended: what is still counted is written.
  void finish();

 private:
  // What can be told of a line without reading it.
  enum class Glance { as_it_is, below_level, look };
  Glance glance(std::string_view line);
  void filter(std::string_view line);
  void line(std::string_view line);
  void read_line(std::string_view line);
  void treat(std::string_view line, const Entry& entry, bool of_key, std::string& out);
  void write(std::string_view line);

  Rules rules_;
  Statistics& statistics_;
  core::Clock clock_;
  Sink sink_;
  Failed failed_;
  bool as_it_is_ = false;
  EntryReader reader_, treated_reader_;
  std::unique_ptr<Redactor> redactor_;
  std::optional<Shortener> shortener_;
  std::optional<Dedupe> dedupe_;
  Ring ring_;
  std::string treated_, scratch_;
  Dedupe::Steady now_{};  // when the lines at hand came
  std::string arrival_;
};

}  // namespace longhaul::logrotd
