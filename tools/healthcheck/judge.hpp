// From readings to findings: limits, forecasts, and what to do.
#pragma once

#include "report.hpp"

namespace longhaul::healthcheck {

enum class Method { shape, linear };

struct Judgement {
  Method method = Method::shape;
  double horizon = 10;        // samples: a critical limit that is passed within them is a warning
  bool keeps_series = false;  // for charts
  std::uint64_t agents = 10;  // that run where all is well
  std::string scope;          // whose tree is looked at; empty for none
};

// `time` in milliseconds since 1970.
Finding judge(Reading reading, const History& history, std::int64_t time, const Judgement& how);

// Seconds: what came within less is no measure of an hour.
inline constexpr double shortest_growth = 60;

// The growth of a size since the last sample that is a minute old at least, an hour's worth; nothing where
// there is none. One that shrank was rotated: what is there now has grown since.
std::optional<double> growth_of(const std::string& series, double value, const History& history,
                                std::int64_t time);

Advice advise(const Report& report, const Judgement& how);

}  // namespace longhaul::healthcheck
