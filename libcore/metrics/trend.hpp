// What a series of samples does: stays, rises, falls, or swings as a saw-tooth, and over which floor.
#pragma once

#include <string_view>
#include <vector>

#include "metrics/sample.hpp"

namespace longhaul::metrics {

enum class Shape { unknown, steady, rising, sawtooth, falling };
std::string_view name_of(Shape shape);

struct Verdict {
  Shape shape = Shape::unknown;  // unknown: too few samples
  // Of what stays when a saw-tooth has fallen, else of the whole; 0 where it is not rising or falling.
  double per_second = 0;
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

}  // namespace longhaul::metrics
