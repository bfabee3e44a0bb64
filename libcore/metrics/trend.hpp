// What a series of samples does: stays, rises, falls, or swings as a saw-tooth, and over which floor.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace longhaul::metrics {

struct Sample {
  double time = 0;  // seconds, never going back
  double value = 0;
};

enum class Shape { unknown, steady, rising, sawtooth, falling };
std::string_view name_of(Shape shape);

struct Verdict {
  Shape shape = Shape::unknown;  // unknown: too few samples
  // Of what stays when a saw-tooth has fallen, else of the whole; 0 where it is not rising or falling.
  double per_second = 0;
  double highest = 0;  // where a peak is expected now: of a saw-tooth the usual one of late
  // Until the peaks reach the limit; 0 where they have, nothing where they will not.
  [[nodiscard]] std::optional<double> seconds_to(double limit) const;
};

// Keeps a bounded number of samples, evenly over all of the time: the least and the largest of each stretch,
// so that floors and peaks stay. Where there are too many, each two stretches become one.
class Trend {
 public:
  explicit Trend(std::size_t most_samples = 240);
  void add(Sample sample);
  [[nodiscard]] Verdict verdict() const;
  // In the order of time.
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }

 private:
  void thin();

  std::size_t most_;
  double stretch_ = 0;  // seconds; 0 while all samples are kept
  std::vector<Sample> samples_;
};

// The slope of a line through the samples by the median of the slopes between all pairs (Theil, 1950; Sen,
// 1968): a third of them may be anywhere. 0 for less than two.
double median_slope(const std::vector<Sample>& samples);

}  // namespace longhaul::metrics
