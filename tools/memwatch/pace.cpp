#include "pace.hpp"

#include <algorithm>

namespace longhaul::memwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds shortest = milliseconds{2};
constexpr nanoseconds first = milliseconds{5};
constexpr nanoseconds above_budget = milliseconds{20};
// A threshold is met with this precision, in parts of the budget: else a use right below one would be looked
// at without end.
constexpr std::uint64_t precision = 500;

}  // namespace

nanoseconds Pace::wait(core::Moment now, std::uint64_t used) {
  growth_.add(now.time_since_epoch(), static_cast<double>(used));
  const auto headroom =
      static_cast<double>(std::max(thresholds_.headroom(used), thresholds_.budget / precision));
  nanoseconds wait = longest_;
  // Above the budget there is nothing to be in time for.
  if (used >= thresholds_.budget) return last_ = std::min<nanoseconds>(above_budget, longest_);
  if (const auto lasts = growth_.time_for(headroom)) wait = std::min(wait, *lasts);
  // What was never seen to grow may do so all at once: what fills the whole budget within the longest wait is
  // met before it has.
  const auto to_critical = thresholds_.critical - std::min(used, thresholds_.critical);
  const double part = static_cast<double>(to_critical) / static_cast<double>(thresholds_.budget);
  if (used < thresholds_.critical)
    wait = std::min(wait, std::chrono::duration_cast<nanoseconds>(longest_ * std::max(part, 0.1)));
  // At the start everything is still to come.
  last_ = last_.count() == 0 ? first : last_ * 2;
  last_ = std::clamp(std::min(wait, last_), std::min(shortest, longest_), longest_);
  return last_;
}

}  // namespace longhaul::memwatch
