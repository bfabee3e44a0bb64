#include "metrics/turning_points.hpp"

#include <algorithm>

namespace longhaul::metrics {

TurningPoints turning_points(std::span<const Sample> samples, double fall, double rise) {
  TurningPoints found;
  std::size_t peak = 0;
  std::size_t floor = 0;
  for (std::size_t at = 1; at < samples.size(); ++at) {
    const double value = samples[at].value;
    if (found.falls) {
      if (value <= samples[floor].value) floor = at;
      if (value - samples[floor].value < rise) continue;
      found.floors.push_back(samples[floor]);
      found.falls = false;
      found.leg_begin = floor;
      peak = at;
    } else if (value >= samples[peak].value) {
      peak = at;
    } else if (samples[peak].value - value >= fall) {
      found.peaks.push_back(samples[peak]);
      found.falls = true;
      floor = at;
    }
  }
  return found;
}

}  // namespace longhaul::metrics
