// How fast a value has grown, and how long a headroom would last at that.
#pragma once

#include <chrono>
#include <optional>

namespace longhaul::metrics {

// The fastest growth seen lately: an old one counts for half after each minute.
class FastestGrowth {
 public:
  // Times never go back.
  void add(std::chrono::nanoseconds time, double value);
  // In units a second; 0 where nothing grew.
  [[nodiscard]] double per_second() const { return fastest_; }
  // Of the last step; negative where it shrank.
  [[nodiscard]] double last_per_second() const { return last_; }
  // How long it takes to grow by so much; nothing where nothing grew.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> time_for(double headroom) const;

 private:
  std::optional<std::chrono::nanoseconds> time_;
  double value_ = 0;
  double fastest_ = 0;
  double last_ = 0;
};

}  // namespace longhaul::metrics
