// The circuit breaker: after so many failures in a row nothing is tried until a cool-down has passed; then
// one trial decides (Nygard, Release It!, 2007).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "history.hpp"

namespace longhaul::healthcheck {

struct BreakerRules {
  std::uint64_t failures = 3;  // in a row that open it
  std::uint64_t same = 3;      // of the same kind in a row: it is of no use to go on, somebody has to look
  std::chrono::milliseconds cool_down = std::chrono::minutes{1};
};

// Times are milliseconds since 1970; a clock that went back begins the cool-down anew.

// True where the work may be tried. Out of cool-down one trial is given out, and another only when nobody
// told how it went within a cool-down more.
bool allow(Breaker& breaker, std::int64_t now, const BreakerRules& rules);
void record_success(Breaker& breaker, std::int64_t now);
// `failure` tells kinds of failures apart; it may be empty.
void record_failure(Breaker& breaker, std::int64_t now, const std::string& failure,
                    const BreakerRules& rules);
// Whatever was before.
void open(Breaker& breaker, std::int64_t now);

}  // namespace longhaul::healthcheck
