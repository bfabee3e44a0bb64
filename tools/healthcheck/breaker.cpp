#include "breaker.hpp"

namespace longhaul::healthcheck {
namespace {

// Since it was opened, or since its trial was given out.
bool has_cooled_down(Breaker& breaker, std::int64_t now, const BreakerRules& rules) {
  if (now < breaker.since) breaker.since = now;
  return now - breaker.since >= rules.cool_down.count();
}

}  // namespace

bool allow(Breaker& breaker, std::int64_t now, const BreakerRules& rules) {
  if (breaker.state == BreakerState::closed) return true;
  if (breaker.escalated || !has_cooled_down(breaker, now, rules)) return false;
  breaker.state = BreakerState::half_open;
  breaker.since = now;
  return true;
}

void record_success(Breaker& breaker, std::int64_t now) {
  breaker = {.name = breaker.name, .since = now, .failure = {}};
}

void record_failure(Breaker& breaker, std::int64_t now, const std::string& failure,
                    const BreakerRules& rules) {
  ++breaker.failures;
  breaker.same = breaker.failures > 1 && failure == breaker.failure ? breaker.same + 1 : 1;
  breaker.failure = failure;
  if (!failure.empty() && breaker.same >= rules.same) breaker.escalated = true;
  if (breaker.state == BreakerState::half_open || breaker.failures >= rules.failures || breaker.escalated)
    open(breaker, now);
}

void open(Breaker& breaker, std::int64_t now) {
  breaker.state = BreakerState::open;
  breaker.since = now;
}

}  // namespace longhaul::healthcheck
