// A straight line through samples of which some may be anywhere.
#pragma once

#include <span>
#include <vector>

#include "metrics/sample.hpp"

namespace longhaul::metrics {

// The lower one of the two in the middle; 0 of none.
double median(std::vector<double> values);

// 1.4826 times the median distance from the median is the standard deviation where errors are normal.
inline constexpr double deviations = 1.4826;

// The slope of a line through the samples by the median of the slopes between all pairs (Theil, 1950; Sen,
// 1968): a third of them may be anywhere. 0 for less than two.
double median_slope(std::span<const Sample> samples);

struct Line {
  double slope = 0;   // a second
  double at_end = 0;  // its value at the last sample's time
  double noise = 0;   // how far samples lie from it, as a standard deviation
  double error = 0;   // of the slope, likewise
};

// The noise is at least `least_noise`.
Line fit_line(std::span<const Sample> samples, double least_noise);

}  // namespace longhaul::metrics
