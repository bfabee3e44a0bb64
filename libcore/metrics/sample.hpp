// One value at one time.
#pragma once

namespace longhaul::metrics {

struct Sample {
  double time = 0;  // seconds, never going back
  double value = 0;
};

}  // namespace longhaul::metrics
