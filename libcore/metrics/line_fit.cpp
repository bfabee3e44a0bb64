#include "metrics/line_fit.hpp"

#include <algorithm>
#include <cmath>

namespace longhaul::metrics {
namespace {

constexpr std::size_t most_for_slopes = 60;  // pairs grow with the square

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double median_slope(std::span<const Sample> samples) {
  std::vector<double> slopes;
  const std::size_t step = samples.size() / most_for_slopes + 1;
  for (std::size_t one = 0; one < samples.size(); one += step) {
    for (std::size_t other = one + step; other < samples.size(); other += step) {
      const double passed = samples[other].time - samples[one].time;
      if (passed > 0) slopes.push_back((samples[other].value - samples[one].value) / passed);
    }
  }
  return median(std::move(slopes));
}

Line fit_line(std::span<const Sample> samples, double least_noise) {
  Line line{0, 0, least_noise, 0};
  if (samples.empty()) return line;
  line.slope = median_slope(samples);
  const double end = samples.back().time;
  std::vector<double> rests;
  double mean = 0;
  for (const auto& sample : samples) {
    rests.push_back(sample.value - line.slope * (sample.time - end));
    mean += (sample.time - end) / static_cast<double>(samples.size());
  }
  line.at_end = median(rests);
  for (auto& rest : rests) rest = std::abs(rest - line.at_end);
  line.noise = std::max(least_noise, deviations * median(std::move(rests)));
  double squares = 0;
  for (const auto& sample : samples) squares += std::pow(sample.time - end - mean, 2);
  // The median slope is a tenth less sure than that of least squares.
  constexpr double less_sure = 1.1;
  if (squares > 0) line.error = less_sure * line.noise / std::sqrt(squares);
  return line;
}

}  // namespace longhaul::metrics
