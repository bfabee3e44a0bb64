#include "meter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace longhaul::memwatch {
namespace {

using std::chrono::milliseconds;

// A start is left alone: a short command is gone before it matters.
constexpr milliseconds first_measure{500};
constexpr int share_of_faults = 100;
constexpr int rare_share = 100'000;
constexpr int share = 20;  // of the time is for measuring at most: one part of so many
// Parts of the budget: one of so many.
constexpr std::uint64_t drift_anywhere = 20;
constexpr std::uint64_t drift_near = 100;  // near a threshold
constexpr std::uint64_t near = 10;         // what near is

constexpr std::array<std::pair<Metric, std::string_view>, 6> names{{
    {Metric::automatic, "auto"},
    {Metric::own, "private"},
    {Metric::proportional, "pss"},
    {Metric::resident, "rss"},
    {Metric::swap, "swap"},
    {Metric::cgroup, "cgroup"},
}};

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
  const bool is_known = glance_ && measured_ && skipped_ < most_skipped && !may_pass_unseen(tree_.sums());
  const bool is_same = is_known && glance.threads == glance_->threads && glance.free > thresholds_.budget &&
                       glance.free + thresholds_.budget / part > glance_->free;
  skipped_ = is_same ? skipped_ + 1 : 0;
  if (is_same) {
    glance_->free = std::max(glance_->free, glance.free);  // what is freed meanwhile hides nothing
  } else {
    glance_ = glance;
  }
  return is_same;
}

Reading Meter::measure(sys::MemoryTree::Which which) {
  if (metric_ == Metric::cgroup || metric_ == Metric::resident) return reading();
  const auto cost = tree_.measure(which);
  next_measure_ = core::now() + cost * share;
  if (which == sys::MemoryTree::Which::all || !measured_) {
    measured_ = tree_.sums();
    given_ = tree_.given();
  }
  return reading();
}

// After a fork pages are shared that statm counts for each: when a process writes to one it gets its own, and
// no count of statm's tells.
bool Meter::may_pass_unseen(const sys::MemoryTree::Sums& sums) const {
  return sums.own > sums.proportional +
                        std::max(thresholds_.headroom(sums.proportional), thresholds_.budget / drift_near);
}

// The faults of all members tell, for some microseconds each: a hundredth of the time where that may pass a
// threshold, else now and then, for the sake of the figure.
bool Meter::has_grown_unseen(const sys::MemoryTree::Sums& sums, core::Moment now, std::uint64_t least) {
  if (sums.own <= sums.proportional + thresholds_.budget / drift_near) return false;
  if (now < asked_ + cost_of_asking_ * (may_pass_unseen(sums) ? share_of_faults : rare_share)) return false;
  asked_ = core::now();
  const bool has_grown = tree_.given() > given_ + least;
  cost_of_asking_ = core::now() - asked_;
  return has_grown;
}

bool Meter::is_to_be_measured(core::Moment now) {
  if (metric_ == Metric::cgroup || metric_ == Metric::resident) return false;
  if (metric_ != Metric::own) return true;
  if (now < next_measure_) return false;
  const auto sums = tree_.sums();
  const auto budget = thresholds_.budget;
  const bool is_near = sums.proportional + budget / near >= thresholds_.warning;
  if (!measured_) return is_near || now >= begun_ + first_measure;
  // Near a threshold the drift of what is a process's own is no reason: a measure might take the time that is
  // left.
  const auto little = budget / (is_near ? drift_near : drift_anywhere);
  if (distance(sums.shared, measured_->shared) > little) return true;
  if (has_grown_unseen(sums, now, little)) return true;
  return is_near ? tree_.changes() != 0 : distance(sums.own, measured_->own) > little;
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
