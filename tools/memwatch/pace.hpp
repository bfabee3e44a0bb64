// When to look again: before the headroom could be used up.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/moment.hpp"
#include "level.hpp"
#include "metrics/growth.hpp"

namespace longhaul::memwatch {

class Pace {
 public:
  Pace(const Thresholds& thresholds, std::chrono::nanoseconds longest)
      : thresholds_{thresholds}, longest_{longest} {}

  // After a look that found so many bytes: how long to wait for the next one.
  std::chrono::nanoseconds wait(core::Moment now, std::uint64_t used);

  [[nodiscard]] const metrics::FastestGrowth& growth() const { return growth_; }

 private:
  Thresholds thresholds_;
  std::chrono::nanoseconds longest_;
  std::chrono::nanoseconds last_{0};
  metrics::FastestGrowth growth_;
};

}  // namespace longhaul::memwatch
