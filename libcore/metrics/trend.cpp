#include "metrics/trend.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace longhaul::metrics {
namespace {

constexpr std::size_t fewest_samples = 8;
constexpr std::size_t most_for_slopes = 60;  // pairs grow with the square
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

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

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

struct Teeth {
  std::vector<Sample> floors;  // where it had fallen
  std::vector<Sample> peaks;   // before
};

// A tooth ends where the value has fallen by a good part of the range, and is over when it rises again.
Teeth teeth_of(const std::vector<Sample>& samples, double range) {
  Teeth teeth;
  Sample peak = samples.front();
  Sample floor = samples.front();
  bool falls = false;
  for (const auto& sample : samples) {
    if (falls) {
      if (sample.value < floor.value) floor = sample;
      if (sample.value - floor.value < least_fall * range / 2) continue;
      teeth.floors.push_back(floor);
      peak = sample;
      falls = false;
    } else if (sample.value >= peak.value) {
      peak = sample;
    } else if (peak.value - sample.value >= least_fall * range) {
      teeth.peaks.push_back(peak);
      floor = sample;
      falls = true;
    }
  }
  return teeth;
}

Verdict verdict_of_teeth(const Teeth& teeth) {
  Verdict verdict{Shape::sawtooth, 0, 0};
  for (const auto& peak : teeth.peaks) verdict.highest = std::max(verdict.highest, peak.value);
  if (teeth.floors.size() < 3) return verdict;
  const double slope = median_slope(teeth.floors);
  const double rise = slope * (teeth.floors.back().time - teeth.floors.front().time);
  const double tooth = teeth.peaks.back().value - teeth.floors.back().value;
  if (rise > tooth / 5 && rise > noise_of(teeth.floors)) verdict.shape = Shape::rising;
  if (verdict.shape == Shape::rising) verdict.per_second = slope;
  return verdict;
}

}  // namespace

std::string_view name_of(Shape shape) {
  return std::ranges::find(names, shape, [](const auto& one) { return one.first; })->second;
}

std::optional<double> Verdict::seconds_to(double limit) const {
  if (highest >= limit) return 0;
  if (shape != Shape::rising || per_second <= 0) return std::nullopt;
  return (limit - highest) / per_second;
}

double median_slope(const std::vector<Sample>& samples) {
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

Trend::Trend(std::size_t most_samples) : most_{std::max<std::size_t>(most_samples, 4 * fewest_samples)} {
  samples_.reserve(most_ + 1);
}

void Trend::add(Sample sample) {
  samples_.push_back(sample);
  if (samples_.size() > most_) thin();
}

void Trend::thin() {
  constexpr std::size_t group = 4;
  std::size_t kept = 0;
  for (std::size_t begin = 0; begin < samples_.size(); begin += group) {
    const auto first = samples_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = first + static_cast<std::ptrdiff_t>(std::min(group, samples_.size() - begin));
    auto [least, largest] =
        std::minmax_element(first, last, [](const Sample& a, const Sample& b) { return a.value < b.value; });
    if (least > largest) std::swap(least, largest);
    const Sample one = *least;
    const Sample other = *largest;
    samples_[kept++] = one;
    if (other.time != one.time) samples_[kept++] = other;
  }
  samples_.resize(kept);
}

Verdict Trend::verdict() const {
  if (samples_.size() < fewest_samples) return {};
  const auto [least, largest] = std::ranges::minmax(samples_, {}, &Sample::value);
  const double range = largest.value - least.value;
  const double scale = std::max(std::abs(largest.value), 1.0);
  Verdict verdict{Shape::steady, 0, samples_.back().value};
  if (range < least_change * scale) return verdict;

  const double noise = noise_of(samples_);
  const Teeth teeth = teeth_of(samples_, range);
  if (teeth.floors.size() >= 2 && range > beyond_noise * noise) return verdict_of_teeth(teeth);

  const auto third = static_cast<std::ptrdiff_t>(samples_.size() / 3);
  const double first = median_value(samples_.begin(), samples_.begin() + third);
  const double middle = median_value(samples_.begin() + third, samples_.end() - third);
  const double last = median_value(samples_.end() - third, samples_.end());
  const double slope = median_slope(samples_);
  const double change = slope * (samples_.back().time - samples_.front().time);
  // A step rises once; what goes on rises in both halves, and still does.
  const std::vector<Sample> latest{samples_.end() - third, samples_.end()};
  const double latest_slope = median_slope(latest);
  const double least_step = std::max(least_change * scale / 2, noise);
  const bool goes_on = std::abs(latest_slope) > std::abs(slope) / 4 && latest_slope * slope > 0;
  if (std::abs(change) < std::max(least_change * scale, beyond_noise * noise) || !goes_on) return verdict;
  if (middle - first > least_step && last - middle > least_step) verdict.shape = Shape::rising;
  if (first - middle > least_step && middle - last > least_step) verdict.shape = Shape::falling;
  if (verdict.shape != Shape::steady) verdict.per_second = slope;
  return verdict;
}

}  // namespace longhaul::metrics
