#include "made_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

namespace made {
namespace {

using longhaul::metrics::Sample;

// Values are parts of the limit until they are scaled.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_{seed} {}

  double between(double low, double high) { return std::uniform_real_distribution{low, high}(random_); }
  int whole(int low, int high) { return std::uniform_int_distribution{low, high}(random_); }
  double normal() { return std::normal_distribution{0.0, 1.0}(random_); }
  bool chance(double part) { return between(0, 1) < part; }

 private:
  std::mt19937_64 random_;
};

using Curve = std::vector<double>;

// A line that passes 1 within the series.
double slope_to_limit(Maker& make, double start, int length) {
  return (1 - start) / (make.between(0.4, 0.95) * length);
}

Curve leak(Maker& make, int length) {
  const double start = make.between(0.2, 0.6);
  const double slope = slope_to_limit(make, start, length);
  const double noise = make.between(0.005, 0.05);
  Curve curve;
  for (int at = 0; at < length; ++at) curve.push_back(start + slope * at + noise * make.normal());
  return curve;
}

Curve saw(Maker& make, int length, double floor, double slope, double height) {
  const double noise = make.between(0.003, 0.02);
  Curve curve;
  double used = make.between(0, height);
  double rate = height / make.between(5, 25);
  for (int at = 0; at < length; ++at) {
    curve.push_back(floor + slope * at + used + noise * make.normal());
    used += rate * make.between(0.6, 1.4);
    if (used >= height * make.between(0.9, 1.1)) used = height * make.between(0, 0.1);
  }
  return curve;
}

Curve saw_on_rising_floor(Maker& make, int length) {
  const double floor = make.between(0.15, 0.4);
  const double height = make.between(0.1, 0.35);
  return saw(make, length, floor, slope_to_limit(make, floor + height, length), height);
}

Curve saw_on_flat_floor(Maker& make, int length) {
  const double peak = make.between(0.55, 0.96);
  const double height = make.between(0.15, 0.4);
  return saw(make, length, peak - 1.1 * height, 0, height);
}

Curve exponential(Maker& make, int length) {
  const double start = make.between(0.05, 0.3);
  const double rate = std::log(1 / start) / (make.between(0.4, 0.95) * length);
  const double noise = make.between(0.003, 0.02);
  Curve curve;
  for (int at = 0; at < length; ++at)
    curve.push_back(std::min(3.0, start * std::exp(rate * at)) + noise * make.normal());
  return curve;
}

// Levels that change at once; the last may be over the limit.
Curve steps(Maker& make, int length, bool passes) {
  const double noise = make.between(0.005, 0.03);
  const int count = make.whole(2, 6);
  double level = make.between(0.2, 0.5);
  const double goal = passes ? make.between(1.02, 1.2) : make.between(0.6, 0.95);
  const double rise = (goal - level) / count;
  std::vector<int> when;
  for (int step = 0; step < count; ++step) when.push_back(make.whole(length / 10, length * 9 / 10));
  std::ranges::sort(when);
  Curve curve;
  std::size_t next = 0;
  for (int at = 0; at < length; ++at) {
    while (next < when.size() && at >= when[next]) {
      level += rise;
      ++next;
    }
    curve.push_back(level + noise * make.normal());
  }
  return curve;
}

Curve rising_steps(Maker& make, int length) { return steps(make, length, true); }
Curve innocent_steps(Maker& make, int length) { return steps(make, length, false); }

// A log that is emptied when it is large, or, where the rotation fails at last, no more.
Curve log_of(Maker& make, int length, bool fails) {
  const double rotated_at = make.between(0.5, 0.95);
  double rate = rotated_at / make.between(15, 50);
  const int last_rotation = fails ? make.whole(length / 5, length / 2) : length;
  if (fails) rate = std::max(rate, 1.1 / (length - last_rotation));
  Curve curve;
  double size = make.between(0, 0.4);
  for (int at = 0; at < length; ++at) {
    curve.push_back(size);
    size += rate * make.between(0.3, 1.7);
    if (size >= rotated_at && at < last_rotation) size = 0.01;
  }
  return curve;
}

Curve log_rotated(Maker& make, int length) { return log_of(make, length, false); }
Curve log_no_more_rotated(Maker& make, int length) { return log_of(make, length, true); }

Curve bursts(Maker& make, int length) {
  const double base = make.between(0.2, 0.5);
  const double noise = make.between(0.005, 0.03);
  Curve curve;
  double burst = 0;
  double fade = 0.5;
  for (int at = 0; at < length; ++at) {
    if (make.chance(0.04)) {
      burst = make.between(0.15, 0.97 - base);
      fade = make.between(0.2, 0.8);
    }
    curve.push_back(base + burst + noise * make.normal());
    burst *= fade;
  }
  return curve;
}

Curve days(Maker& make, int length, double top, double slope) {
  const double swing = make.between(0.1, 0.3);
  const double period = make.between(24, 96);
  const double phase = make.between(0, 2 * std::numbers::pi);
  const double noise = make.between(0.005, 0.03);
  Curve curve;
  for (int at = 0; at < length; ++at) {
    const double wave = std::sin(2 * std::numbers::pi * at / period + phase);
    curve.push_back(top - swing + swing * wave + slope * at + noise * make.normal());
  }
  return curve;
}

Curve daily(Maker& make, int length) { return days(make, length, make.between(0.55, 0.95), 0); }
Curve daily_and_rising(Maker& make, int length) {
  const double top = make.between(0.4, 0.65);
  return days(make, length, top, slope_to_limit(make, top, length));
}

// A leak whose process is started anew: by a watchdog in time, or, once, too late.
Curve restarts(Maker& make, int length, bool too_late) {
  const double start = make.between(0.1, 0.3);
  const double noise = make.between(0.005, 0.03);
  const double slope = (0.85 - start) / make.between(20, 60);
  const int last = too_late ? make.whole(length / 10, length / 2) : length;
  Curve curve;
  double level = start;
  double next = make.between(0.5, 0.93);
  for (int at = 0; at < length; ++at) {
    curve.push_back(level + noise * make.normal());
    level += slope;
    if (level > next && at < last) {
      level = start;
      next = make.between(0.5, 0.93);
    }
  }
  return curve;
}

Curve restarted(Maker& make, int length) { return restarts(make, length, false); }
Curve restarted_and_leaking(Maker& make, int length) { return restarts(make, length, true); }

Curve flat(Maker& make, int length) {
  const double level = make.between(0.3, 0.9);
  const double noise = make.between(0.005, 0.05);
  Curve curve;
  for (int at = 0; at < length; ++at) curve.push_back(level + noise * make.normal());
  return curve;
}

// A cache that fills, and is full.
Curve warming_up(Maker& make, int length) {
  const double full = make.between(0.5, 0.93);
  const double start = make.between(0.1, 0.3);
  const double time = make.between(8, 40);
  const double noise = make.between(0.005, 0.03);
  Curve curve;
  for (int at = 0; at < length; ++at)
    curve.push_back(full - (full - start) * std::exp(-at / time) + noise * make.normal());
  return curve;
}

struct Kind {
  const char* shape;
  Curve (*curve)(Maker&, int);
  bool passes;
};

constexpr std::array kinds{
    Kind{"leak", leak, true},
    Kind{"saw-tooth on a rising floor", saw_on_rising_floor, true},
    Kind{"exponential", exponential, true},
    Kind{"steps over the limit", rising_steps, true},
    Kind{"log no more rotated", log_no_more_rotated, true},
    Kind{"daily cycle that rises", daily_and_rising, true},
    Kind{"leak through restarts", restarted_and_leaking, true},
    Kind{"leak", leak, true},
    Kind{"flat", flat, false},
    Kind{"saw-tooth on a flat floor", saw_on_flat_floor, false},
    Kind{"steps", innocent_steps, false},
    Kind{"log rotated", log_rotated, false},
    Kind{"bursts", bursts, false},
    Kind{"daily cycle", daily, false},
    Kind{"restarted in time", restarted, false},
    Kind{"warming up", warming_up, false},
};

// A minute between samples, and in every fifth series some that are missing.
std::vector<Sample> timed(Maker& make, const Curve& curve, double limit) {
  std::vector<Sample> samples;
  const bool has_gaps = make.chance(0.2);
  double time = 1.7e9;
  int missing = 0;
  for (const double value : curve) {
    time += 60;
    if (has_gaps && missing == 0 && make.chance(0.02)) missing = make.whole(2, 15);
    if (missing > 0 && missing-- > 0) continue;
    samples.push_back({time, std::max(0.0, value) * limit});
  }
  return samples;
}

Series series_of(const Kind& kind, Maker& make) {
  while (true) {  // until noise or a gap does not belie the kind
    const int length = make.whole(80, 240);
    const double limit = std::pow(10, make.between(1, 9));
    Series made{kind.shape, timed(make, kind.curve(make, length), limit), limit};
    const auto crossing = made.crossing();
    if (kind.passes ? crossing < made.samples.size() && crossing >= 20 : crossing == made.samples.size())
      return made;
  }
}

}  // namespace

std::size_t Series::crossing() const {
  const auto first = std::ranges::find_if(samples, [&](const Sample& one) { return one.value >= limit; });
  return static_cast<std::size_t>(first - samples.begin());
}

std::vector<Series> series(std::uint64_t seed, std::size_t count) {
  Maker make{seed};
  std::vector<const Kind*> passing, innocent;
  for (const auto& kind : kinds) (kind.passes ? passing : innocent).push_back(&kind);
  std::vector<Series> all;
  for (std::size_t at = 0; at < count; ++at) {
    const bool passes = at * 88 / 200 != (at + 1) * 88 / 200;
    const auto& from = passes ? passing : innocent;
    const std::size_t of_kind = passes ? at * 88 / 200 : at - at * 88 / 200;
    all.push_back(series_of(*from[of_kind % from.size()], make));
  }
  return all;
}

}  // namespace made
