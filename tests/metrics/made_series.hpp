// Made series of a growing or a quiet value, with a limit: what a forecast is chosen and judged by.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/sample.hpp"

namespace made {

struct Series {
  std::string shape;
  std::vector<longhaul::metrics::Sample> samples;
  double limit = 0;

  // Where the value first passes the limit; the number of samples where it never does.
  [[nodiscard]] std::size_t crossing() const;
};

// As many series as asked for, of all shapes in turn, 88 of 200 passing their limit. The same seed makes the
// same series.
std::vector<Series> series(std::uint64_t seed, std::size_t count = 200);

}  // namespace made
