// How many samples it takes until a value passes a limit, at what it does now.
//
// A line through the last samples alarms for whatever rises: a garbage collector's saw-tooth, a log before
// its rotation, a day. So the shape is looked at first. Growth counts where it stands out of the noise and
// goes on; a value that has been here before and fell again is believed to do so once more, unless its peaks
// and floors rise, or it has left its earlier peaks behind. And what is seen is prolonged by a part of its
// own length only.
//
// The constants were chosen by the scorer in tests/metrics, over made series of fifteen shapes.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "metrics/sample.hpp"

namespace longhaul::metrics {

enum class Cause {
  passed,        // the limit
  too_few,       // samples
  steady,        // nothing stands out of the noise
  falling,       // since a peak
  step,          // a jump, and nothing since
  slowing,       // it rises, and ends below the limit
  below_peaks,   // it has been here before, and fell
  too_far,       // it rises, but not for long enough to tell so far ahead
  rising,        // it does
  steps,         // it does, in jumps
  past_peaks,    // it rises, above all earlier peaks
  floor_rising,  // it falls and rises, higher each time
};
std::string_view name_of(Cause cause);

struct Forecast {
  static constexpr double never = std::numeric_limits<double>::infinity();

  double samples = never;  // until the limit is passed; 0 where it is
  double seconds = never;
  Cause cause = Cause::too_few;
  double per_second = 0;      // growth that was found, whether or not it reaches the limit
  double peak = 0;            // the highest of the earlier ones, where there are any
  std::size_t resets = 0;     // falls that were seen
  std::size_t looked_at = 0;  // samples

  [[nodiscard]] bool is_expected() const { return samples < never; }
};

inline constexpr std::size_t most_samples_of_forecast = 240;

// Of the last samples, no more than most_samples_of_forecast. Times that go back are taken as one interval
// on. What must stay above its limit is asked for with all signs turned.
Forecast forecast(std::span<const Sample> samples, double limit);

// Least squares over the last ten samples, by their number: the plain rule (also that of predict_linear in
// Prometheus).
Forecast linear_forecast(std::span<const Sample> samples, double limit);

// The limit is a most value, or a least one, whose forecast was asked for with all signs turned.
enum class Limit { most, least };

// "rising by 12 MB a minute, seen over 40 samples": why it alarms, or not. `show` writes a value.
std::string explain(const Forecast& forecast, const std::function<std::string(double)>& show,
                    Limit limit = Limit::most);

}  // namespace longhaul::metrics
