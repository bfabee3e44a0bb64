#include "metrics/trend.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "metrics/line_fit.hpp"
#include "metrics/turning_points.hpp"

namespace longhaul::metrics {
namespace {

constexpr std::size_t fewest_samples = 8;
// A rise or fall is one where it is so much of the value, and stands out of the noise so far.
constexpr double least_change = 0.02;
constexpr double beyond_noise = 4;
// A saw-tooth's fall, in parts of the whole range.
constexpr double least_fall = 0.25;

constexpr std::array<std::pair<Shape, std::string_view>, 5> names{{
    {Shape::unknown, "unknown"},
    {Shape::steady, "steady"},
    {Shape::rising, "rising"},
    {Shape::sawtooth, "sawtooth"},
    {Shape::falling, "falling"},
}};

double median_value(std::vector<Sample>::const_iterator begin, std::vector<Sample>::const_iterator end) {
  std::vector<double> values;
  for (; begin != end; ++begin) values.push_back(begin->value);
  return median(std::move(values));
}

// Half of the steps between neighbours are smaller.
double noise_of(const std::vector<Sample>& samples) {
  std::vector<double> steps;
  for (std::size_t at = 1; at < samples.size(); ++at)
    steps.push_back(std::abs(samples[at].value - samples[at - 1].value));
  return median(std::move(steps));
}

Verdict verdict_of_teeth(const TurningPoints& teeth) {
  Verdict verdict{Shape::sawtooth, 0};
  // A few teeth may rise by chance.
  constexpr std::size_t fewest_teeth = 4;
  if (teeth.floors.size() < fewest_teeth) return verdict;
  const double slope = median_slope(teeth.floors);
  const double rise = slope * (teeth.floors.back().time - teeth.floors.front().time);
  std::vector<double> heights;
  for (std::size_t at = 0; at < std::min(teeth.floors.size(), teeth.peaks.size()); ++at)
    heights.push_back(teeth.peaks[at].value - teeth.floors[at].value);
  if (rise < median(heights) / 5 || rise < 2 * noise_of(teeth.floors)) return verdict;
  verdict.shape = Shape::rising;
  verdict.per_second = slope;
  return verdict;
}

// The part of the samples that lies between two parts of the time.
std::vector<Sample> part_of(const std::vector<Sample>& samples, double from, double to) {
  const double begin = samples.front().time;
  const double length = samples.back().time - begin;
  std::vector<Sample> part;
  for (const auto& sample : samples) {
    const double at = length > 0 ? (sample.time - begin) / length : 0;
    if (at >= from && at <= to) part.push_back(sample);
  }
  return part;
}

// How far a value lies from the line, as a rule.
double scatter_of(const std::vector<Sample>& samples, double slope) {
  const double middle = samples[samples.size() / 2].time;
  std::vector<double> rests;
  rests.reserve(samples.size());
  for (const auto& sample : samples) rests.push_back(sample.value - slope * (sample.time - middle));
  const double centre = median(rests);
  for (auto& rest : rests) rest = std::abs(rest - centre);
  return median(rests);
}

}  // namespace

std::string_view name_of(Shape shape) {
  return std::ranges::find(names, shape, [](const auto& one) { return one.first; })->second;
}

Trend::Trend(std::size_t most_samples) : most_{std::max<std::size_t>(most_samples, 4 * fewest_samples)} {
  samples_.reserve(most_ + 2);
}

void Trend::add(Sample sample) {
  samples_.push_back(sample);
  if (samples_.size() > most_) {
    stretch_ = std::max(stretch_ * 2, 4 * (sample.time - samples_.front().time) / static_cast<double>(most_));
    thin();
  } else if (stretch_ > 0 && samples_.size() > 2) {
    // Of the last stretch two stay.
    const auto stretch = [&](const Sample& one) { return std::floor(one.time / stretch_); };
    if (stretch(samples_[samples_.size() - 3]) == stretch(sample)) thin();
  }
}

void Trend::thin() {
  if (stretch_ <= 0) return;  // no time has passed
  const auto stretch = [&](const Sample& one) { return std::floor(one.time / stretch_); };
  std::size_t kept = 0;
  for (std::size_t begin = 0; begin < samples_.size();) {
    std::size_t end = begin;
    while (end < samples_.size() && stretch(samples_[end]) == stretch(samples_[begin])) ++end;
    const auto first = samples_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = samples_.begin() + static_cast<std::ptrdiff_t>(end);
    auto [least, largest] =
        std::minmax_element(first, last, [](const Sample& a, const Sample& b) { return a.value < b.value; });
    if (least > largest) std::swap(least, largest);
    const Sample one = *least;
    const Sample other = *largest;
    const bool are_two = least != largest;
    samples_[kept++] = one;
    if (are_two) samples_[kept++] = other;
    begin = end;
  }
  samples_.resize(kept);
}

Verdict Trend::verdict() const {
  if (samples_.size() < fewest_samples) return {};
  const auto [least, largest] = std::ranges::minmax(samples_, {}, &Sample::value);
  const double range = largest.value - least.value;
  const double scale = std::max(std::abs(largest.value), 1.0);
  const double now = samples_.back().time;
  Verdict verdict{Shape::steady, 0};
  if (range < least_change * scale) return verdict;

  const double slope = median_slope(samples_);
  const double scatter = scatter_of(samples_, slope);
  const double change = slope * (now - samples_.front().time);
  // Thirds of the time: a step rises once, what goes on rises in each. The mean of many is surer than one.
  const auto first = part_of(samples_, 0, 1.0 / 3);
  const auto middle = part_of(samples_, 1.0 / 3, 2.0 / 3);
  const auto last = part_of(samples_, 2.0 / 3, 1);
  const double of_few = std::sqrt(static_cast<double>(std::max<std::size_t>(first.size(), 1)));
  const double least_step = std::max(least_change * scale / 4, 3 * scatter / of_few);
  const double rise = median_value(middle.begin(), middle.end()) - median_value(first.begin(), first.end());
  const double next_rise =
      median_value(last.begin(), last.end()) - median_value(middle.begin(), middle.end());
  const double latest_slope = median_slope(last);
  const bool goes_on = std::abs(latest_slope) > std::abs(slope) / 4 && latest_slope * slope > 0;
  const bool is_clear = std::abs(change) > least_change * scale && goes_on;
  // A line stands out of its scatter; teeth do not.
  const bool is_line = is_clear && std::abs(change) > beyond_noise * scatter;

  // A tooth ends where the value has fallen by a good part of the range, and is over when it rises again.
  const double fall = least_fall * range;
  const auto teeth = turning_points(samples_, fall, fall / 2);
  if (!is_line && teeth.floors.size() >= 2 && range > beyond_noise * noise_of(samples_))
    return verdict_of_teeth(teeth);
  if (is_clear && rise > least_step && next_rise > least_step) verdict.shape = Shape::rising;
  if (is_clear && -rise > least_step && -next_rise > least_step) verdict.shape = Shape::falling;
  if (verdict.shape != Shape::steady) verdict.per_second = slope;
  return verdict;
}

}  // namespace longhaul::metrics
