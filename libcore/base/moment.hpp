// Points in time of the clock that never jumps, and waiting for one.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <optional>

namespace longhaul::core {

using Moment = std::chrono::steady_clock::time_point;

inline Moment now() { return std::chrono::steady_clock::now(); }

// So much later; the end of time where that is past it: a user may give 292 years.
inline Moment after(Moment from, std::chrono::nanoseconds time) {
  return time > Moment::max() - from ? Moment::max() : from + time;
}

// For poll(): milliseconds, rounded up, so that it never returns before.
inline int poll_time(Moment from, Moment until) {
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::max(until, from) - from).count();
  return static_cast<int>(std::min<decltype(wait)>(wait, std::numeric_limits<int>::max()));
}

// For ppoll(): to the nanosecond.
inline timespec wait_time(Moment from, Moment until) {
  const auto wait = std::max(until, from) - from;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
  return {seconds.count(), std::chrono::nanoseconds{wait - seconds}.count()};
}

}  // namespace longhaul::core
