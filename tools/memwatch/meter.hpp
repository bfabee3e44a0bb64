// How much memory is in use, as --metric counts it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/moment.hpp"
#include "level.hpp"
#include "settings.hpp"
#include "sys/memory_cgroup.hpp"
#include "sys/memory_tree.hpp"

namespace longhaul::memwatch {

std::string_view name_of(Metric metric);

struct Reading {
  std::uint64_t used = 0;
  // What it may be wrong by: memory of processes whose shared pages are not known, each counted in whole.
  std::uint64_t error = 0;
  std::uint64_t processes = 0;
};

class Meter {
 public:
  // `group` is asked with Metric::cgroup alone.
  Meter(sys::MemoryTree& tree, Metric metric, std::optional<sys::MemoryCgroup> group,
        const Thresholds& thresholds);

  // A glance at the machine: true where it tells that nothing has happened since the last look, which need
  // not be taken then.
  bool is_quiet();
  // Looks. The proportional set size, which costs more, is measured where the sum of what is private has
  // drifted since, or processes came and went near a threshold, and at most a twentieth of the time.
  Reading read(core::Moment now);
  // Measures whatever it costs: all, or those that never were.
  Reading measure(sys::MemoryTree::Which which = sys::MemoryTree::Which::all);

  [[nodiscard]] Metric metric() const { return metric_; }

 private:
  [[nodiscard]] Reading reading() const;
  [[nodiscard]] bool is_to_be_measured(core::Moment now);
  [[nodiscard]] bool may_pass_unseen(const sys::MemoryTree::Sums& sums) const;
  [[nodiscard]] bool has_grown_unseen(const sys::MemoryTree::Sums& sums, core::Moment now,
                                      std::uint64_t least);

  sys::MemoryTree& tree_;
  Metric metric_;
  std::optional<sys::MemoryCgroup> group_;
  Thresholds thresholds_;
  core::Moment begun_ = core::now();
  std::optional<sys::Glance> glance_;              // at the last look
  int skipped_ = 0;                                // looks since
  core::Moment next_measure_{};                    // not before
  std::optional<sys::MemoryTree::Sums> measured_;  // what the last measure found
  core::Moment asked_{};                           // for it
  std::chrono::nanoseconds cost_of_asking_{0};
  std::uint64_t given_ = 0;  // see MemoryTree::given(), at the last measure
};

}  // namespace longhaul::memwatch
