// --state-file: a line that always tells how it stands, for scripts:
//
//   STATE BYTES BUDGET PERCENT PROCESSES TIME
//
// with the state first (ok, warning, critical) and the time in seconds since 1970.
#pragma once

#include <optional>
#include <string>

#include "base/moment.hpp"
#include "level.hpp"
#include "meter.hpp"

namespace longhaul::memwatch {

class StateFile {
 public:
  // Nothing is written where the path is empty. Throws Error where it cannot be made.
  StateFile(std::string path, const Thresholds& thresholds);
  StateFile(const StateFile&) = delete;
  StateFile& operator=(const StateFile&) = delete;
  // Removed with the watch: a line that nobody keeps true would lie.
  ~StateFile();

  // Replaces it where the level is another one, the use has changed by a hundredth of the budget, or ten
  // seconds have passed.
  void update(Level level, const Reading& reading, core::Moment now);

 private:
  [[nodiscard]] int replace(Level level, const Reading& reading) const;

  std::string path_;
  std::string aside_;
  Thresholds thresholds_;
  std::optional<Level> level_;
  std::uint64_t used_ = 0;
  core::Moment next_{};
};

}  // namespace longhaul::memwatch
