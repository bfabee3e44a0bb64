#include "metrics/growth.hpp"

#include <algorithm>
#include <cmath>

namespace longhaul::metrics {
namespace {

constexpr double half_life = 60;  // seconds

double seconds_of(std::chrono::nanoseconds time) { return std::chrono::duration<double>{time}.count(); }

}  // namespace

void FastestGrowth::add(std::chrono::nanoseconds time, double value) {
  if (time_ && time > *time_) {
    const double passed = seconds_of(time - *time_);
    last_ = (value - value_) / passed;
    fastest_ = std::max(fastest_ * std::exp2(-passed / half_life), last_);
  }
  time_ = time;
  value_ = value;
}

std::optional<std::chrono::nanoseconds> FastestGrowth::time_for(double headroom) const {
  constexpr double slowest = 1;  // a unit a second is no growth
  constexpr double longest = 1e9;
  if (fastest_ < slowest) return std::nullopt;
  const double seconds = std::clamp(headroom / fastest_, 0.0, longest);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>{seconds});
}

}  // namespace longhaul::metrics
