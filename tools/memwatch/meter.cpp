#include "meter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace longhaul::memwatch {
namespace {

using std::chrono::milliseconds;

// A start is left alone: a short command is gone before it matters.
constexpr milliseconds first_measure{500};
constexpr int share = 20;               // of the time is for measuring at most: one part of so many
constexpr std::uint64_t drifted = 20;   // one part of the budget of so many
constexpr std::uint64_t unknown = 100;  // that of processes which were never measured
constexpr std::uint64_t around = 10;    // near a threshold

constexpr std::array<std::pair<Metric, std::string_view>, 6> names{{
    {Metric::automatic, "auto"},
    {Metric::own, "private"},
    {Metric::proportional, "pss"},
    {Metric::resident, "rss"},
    {Metric::swap, "swap"},
    {Metric::cgroup, "cgroup"},
}};

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a < b ? b - a : a - b; }

}  // namespace

std::string_view name_of(Metric metric) {
  return std::ranges::find(names, metric, [](const auto& one) { return one.first; })->second;
}

Meter::Meter(sys::MemoryTree& tree, Metric metric, std::optional<sys::MemoryCgroup> group,
             const Thresholds& thresholds)
    : tree_{tree}, metric_{metric}, group_{std::move(group)}, thresholds_{thresholds} {
  if (metric_ == Metric::automatic) metric_ = group_ ? Metric::cgroup : Metric::own;
}

Reading Meter::read(core::Moment now) {
  tree_.look(now);
  return is_to_be_measured(now) ? measure() : reading();
}

// What grows takes free memory, as long as there is more of it than the job may have. Somebody else might
// free as much in the same moment: so it is not believed for long.
bool Meter::is_quiet() {
  constexpr int most_skipped = 8;
  constexpr std::uint64_t part = 250;  // of the budget
  if (metric_ != Metric::own && metric_ != Metric::resident) return false;
  const auto glance = sys::glance_at_machine();
  const bool is_known = glance_ && own_at_measure_ && skipped_ < most_skipped;
  const bool is_same = is_known && glance.threads == glance_->threads && glance.free > thresholds_.budget &&
                       glance.free + thresholds_.budget / part > glance_->free;
  skipped_ = is_same ? skipped_ + 1 : 0;
  if (!is_same) glance_ = glance;
  return is_same;
}

Reading Meter::measure() {
  if (metric_ != Metric::cgroup && metric_ != Metric::resident) {
    const auto cost = tree_.measure();
    next_measure_ = core::now() + cost * share;
    const auto sums = tree_.sums();
    own_at_measure_ = sums.own;
    processes_at_measure_ = sums.processes;
  }
  return reading();
}

bool Meter::is_to_be_measured(core::Moment now) const {
  if (metric_ == Metric::cgroup || metric_ == Metric::resident) return false;
  if (metric_ != Metric::own) return true;
  if (now < next_measure_) return false;
  const auto sums = tree_.sums();
  const auto room = thresholds_.budget / around;
  const bool is_near = sums.proportional + room >= thresholds_.warning;
  if (!own_at_measure_) return is_near || now >= begun_ + first_measure;
  // What processes have gained since is their own, and known; what of it is shared comes with a new process.
  // So near a threshold, where a measure might take the time that is left, drift alone is no reason.
  if (is_near)
    return sums.unmeasured > thresholds_.budget / unknown || sums.processes < processes_at_measure_;
  return distance(sums.own, *own_at_measure_) > thresholds_.budget / drifted;
}

Reading Meter::reading() const {
  const auto sums = tree_.sums();
  Reading reading{sums.proportional, sums.unmeasured, sums.processes};
  if (metric_ == Metric::resident) reading = {sums.resident, 0, sums.processes};
  if (metric_ == Metric::swap) reading.used += sums.swapped;
  if (metric_ == Metric::cgroup && group_) reading = {group_->working_set().value_or(0), 0, sums.processes};
  return reading;
}

}  // namespace longhaul::memwatch
