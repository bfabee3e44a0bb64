// What is measured, as data: names, units, limits and what helps where a limit is passed.
#pragma once

#include <string>
#include <string_view>

#include "unit.hpp"

namespace longhaul::healthcheck {

// What to do, worst last.
enum class Remedy {
  none,
  remove_temp_files,
  rotate_logs,
  prune_database,
  reduce_agents,
  pause_execution,
  restart,
};
std::string_view name_of(Remedy remedy);

struct Limits {
  double warning = unset;
  double critical = unset;
  double alert = unset;  // beyond critical: restart

  [[nodiscard]] bool any() const { return warning == warning || critical == critical; }
};

struct Measure {
  std::string_view
      name;  // "memory": of its series, "memory", "log:LABEL", "rows:LABEL:TABLE", and in every output
  std::string_view warning_option;  // of its limits in the configuration: "--wal-warning"
  std::string_view critical_option;
  std::string_view metric;  // "memory", for longhaul_health_memory_bytes
  std::string_view what;    // "memory of the process tree"
  Unit unit = Unit::number;
  Limits limits;
  Remedy at_warning = Remedy::none;
  Remedy at_critical = Remedy::none;
};

// One measured value, before it is judged. What could not be measured has a reason.
struct Reading {
  const Measure* measure = nullptr;
  std::string label;  // of what, where there may be several: a path, a name
  std::string table;  // of a database
  double value = unset;
  Limits limits;
  std::string note;    // what is worth a word beside the value
  std::string reason;  // why there is no value; empty where there is one
  bool below = false;  // the limits are least values

  [[nodiscard]] std::string series() const;
};

}  // namespace longhaul::healthcheck
