// How good a forecast is: it alarms before a value passes its limit, early enough, and not otherwise.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "made_series.hpp"

namespace made {

// Samples until the limit is passed, from the samples so far and the limit.
using Method = std::function<double(std::span<const longhaul::metrics::Sample>, double)>;

// An alarm is a forecast of ten samples or less. A series counts once, by its first alarm.
inline constexpr double horizon = 10;
inline constexpr std::size_t least_lead = 3;  // samples before the limit is passed: later is too late
inline constexpr std::size_t most_lead = 60;  // earlier is an alarm about something else

struct Counts {
  std::size_t series = 0;
  std::size_t hits = 0;
  std::size_t missed = 0;        // no alarm, or too late
  std::size_t early = 0;         // too early: missed, and a false alarm
  std::size_t false_alarms = 0;  // of series that never pass their limit
};

struct Score {
  Counts all;
  std::map<std::string, Counts> by_shape;
  std::vector<std::size_t> leads;  // of the hits

  [[nodiscard]] double f1() const;
  [[nodiscard]] std::size_t median_lead() const;
};

Score score(std::span<const Series> series, const Method& method);

struct NamedMethod {
  const char* name;
  Method method;
};
// What the forecast is compared with, and itself first.
std::vector<NamedMethod> methods();

}  // namespace made
