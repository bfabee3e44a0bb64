// Where a series turns: peaks that it has fallen from, and floors that it has risen from.
#pragma once

#include <span>
#include <vector>

#include "metrics/sample.hpp"

namespace longhaul::metrics {

struct TurningPoints {
  std::vector<Sample> peaks;
  std::vector<Sample> floors;
  bool falls = false;         // since the last peak
  std::size_t leg_begin = 0;  // index of the floor that it rises from now, or of the first sample
};

// A peak is one where the value has fallen by `fall` since, a floor one where it has risen by `rise`.
TurningPoints turning_points(std::span<const Sample> samples, double fall, double rise);

}  // namespace longhaul::metrics
