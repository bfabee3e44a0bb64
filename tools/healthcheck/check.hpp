// A check makes one or more measurements of one thing: a process tree, a log, a database.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "measure.hpp"
#include "sys/process_table.hpp"

namespace longhaul::healthcheck {

struct Check;

// One thing to check, as it was asked for.
struct Target {
  const Check* check = nullptr;
  std::string what;            // path, glob, name; empty where the check needs none
  std::string command;         // of a metric
  std::string table;           // of a database
  bool below = false;          // of a metric
  std::vector<Limits> limits;  // of the check's measures, in their order

  explicit Target(const Check& of, std::string about = {});
};

// The process tree that several checks are about.
struct Tree {
  pid_t pid = 0;
  std::string scope;  // instead of the number
  std::string state;  // folder of the registry of scopes
  double budget = 0;  // bytes
};

// Thrown where whoever wants the readings is gone, or has given them up.
struct Abandoned {};

struct Context {
  Tree tree;
  std::chrono::nanoseconds timeout{};
  const sigset_t* signal_mask = nullptr;  // of a child; null: this process's own
  std::vector<pid_t> left_out;            // this program's own processes
  // Found by the first check that asks.
  mutable std::optional<std::vector<sys::ProcessStat>> members{};
};

using Readings = std::vector<Reading>;

struct Check {
  std::string_view name;  // the configuration's section
  std::string_view key;   // of what is checked, "--path"; empty where nothing is named
  std::string_view key_value;
  std::string_view key_help;
  std::string_view help;
  std::span<const Measure> measures;
  // Appends a reading for each measure that it makes. Throws core::Error where none can be made.
  void (*run)(const Target& target, const Context& context, Readings& readings);

  // A reading of one of the measures.
  [[nodiscard]] Reading reading(const Target& target, std::size_t measure, double value) const;
};

std::span<const Check> all_checks();
// Null where there is none of this name.
const Check* find_check(std::string_view name);

// All measures of all checks.
std::span<const Measure* const> all_measures();
// Null where there is none of this name.
const Measure* find_measure(std::string_view name);

// What they do.
void check_memory(const Target& target, const Context& context, Readings& readings);
void check_processes(const Target& target, const Context& context, Readings& readings);
void check_zombies(const Target& target, const Context& context, Readings& readings);
void check_descriptors(const Target& target, const Context& context, Readings& readings);
void check_log(const Target& target, const Context& context, Readings& readings);
void check_database(const Target& target, const Context& context, Readings& readings);
void check_temp(const Target& target, const Context& context, Readings& readings);
void check_disk(const Target& target, const Context& context, Readings& readings);
void check_load(const Target& target, const Context& context, Readings& readings);
void check_pressure(const Target& target, const Context& context, Readings& readings);
void check_heartbeat(const Target& target, const Context& context, Readings& readings);
void check_exit(const Target& target, const Context& context, Readings& readings);
void check_metric(const Target& target, const Context& context, Readings& readings);

}  // namespace longhaul::healthcheck
