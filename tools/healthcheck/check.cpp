#include "check.hpp"

#include <algorithm>
#include <array>

namespace longhaul::healthcheck {
namespace {

constexpr double megabyte = 1e6;
constexpr double minute = 60;

// Of the tree's budget: see settings.cpp, where the limits are given as parts of it.
constexpr std::array memory_measures{
    Measure{"memory",
            "--warning",
            "--critical",
            "memory",
            "memory of the process tree",
            Unit::bytes,
            {},
            Remedy::reduce_agents,
            Remedy::pause_execution},
};
constexpr std::array process_measures{
    Measure{"processes",
            "--warning",
            "--critical",
            "processes",
            "processes of the tree",
            Unit::number,
            {10, 20},
            Remedy::reduce_agents,
            Remedy::reduce_agents},
};
constexpr std::array zombie_measures{
    Measure{"zombies",
            "--warning",
            "--critical",
            "zombies",
            "ended processes that nobody waited for",
            Unit::number,
            {5, 20},
            Remedy::none,
            Remedy::restart},
};
constexpr std::array descriptor_measures{
    Measure{"descriptors",
            "--warning",
            "--critical",
            "descriptors_used",
            "open descriptors of the process nearest to its limit",
            Unit::fraction,
            {0.7, 0.9},
            Remedy::none,
            Remedy::restart},
};
constexpr std::array log_measures{
    Measure{"log",
            "--warning",
            "--critical",
            "log",
            "size of the logs",
            Unit::bytes,
            {50 * megabyte, 100 * megabyte},
            Remedy::rotate_logs,
            Remedy::rotate_logs},
    Measure{"log_growth",
            "--growth-warning",
            "--growth-critical",
            "log_growth",
            "growth of the logs in an hour, by what came since an earlier look",
            Unit::bytes_per_hour,
            {},
            Remedy::rotate_logs,
            Remedy::rotate_logs},
};
constexpr std::array database_measures{
    Measure{"database",
            "--warning",
            "--critical",
            "database",
            "size of the database",
            Unit::bytes,
            {10 * megabyte, 15 * megabyte},
            Remedy::prune_database,
            Remedy::prune_database},
    Measure{"wal",
            "--wal-warning",
            "--wal-critical",
            "database_wal",
            "size of the write-ahead log",
            Unit::bytes,
            {32 * megabyte, 128 * megabyte},
            Remedy::prune_database,
            Remedy::prune_database},
    Measure{"freelist",
            "--freelist-warning",
            "--freelist-critical",
            "database_free",
            "part of the database that is free pages",
            Unit::fraction,
            {0.5, unset},
            Remedy::prune_database,
            Remedy::prune_database},
    Measure{"rows",
            "--rows-warning",
            "--rows-critical",
            "database_rows",
            "rows of the table",
            Unit::number,
            {},
            Remedy::prune_database,
            Remedy::prune_database},
};
constexpr std::array temp_measures{
    Measure{"temp",
            "--warning",
            "--critical",
            "temp",
            "size of the temporary files",
            Unit::bytes,
            {500 * megabyte, 2000 * megabyte},
            Remedy::remove_temp_files,
            Remedy::remove_temp_files},
    Measure{"temp_files",
            "--files-warning",
            "--files-critical",
            "temp_files",
            "number of temporary files",
            Unit::number,
            {1000, 10000},
            Remedy::remove_temp_files,
            Remedy::remove_temp_files},
};
constexpr std::array disk_measures{
    Measure{"disk",
            "--warning",
            "--critical",
            "disk_used",
            "part of the disk that is used",
            Unit::fraction,
            {0.9, 0.95},
            Remedy::rotate_logs,
            Remedy::pause_execution},
    Measure{"inodes",
            "--inodes-warning",
            "--inodes-critical",
            "inodes_used",
            "part of the inodes that is used",
            Unit::fraction,
            {0.9, 0.95},
            Remedy::remove_temp_files,
            Remedy::pause_execution},
};
constexpr std::array load_measures{
    Measure{"load",
            "--warning",
            "--critical",
            "load_per_cpu",
            "load of the last minute for each processor",
            Unit::number,
            {2, 4},
            Remedy::reduce_agents,
            Remedy::reduce_agents},
};
// Parts of the last minute in which somebody waited; for memory, in which all did.
constexpr std::array pressure_measures{
    Measure{"cpu_pressure",
            "--cpu-warning",
            "--cpu-critical",
            "pressure_cpu",
            "time that tasks waited for a processor",
            Unit::fraction,
            {0.7, 0.95},
            Remedy::reduce_agents,
            Remedy::reduce_agents},
    Measure{"memory_pressure",
            "--memory-warning",
            "--memory-critical",
            "pressure_memory",
            "time that all tasks waited for memory",
            Unit::fraction,
            {0.05, 0.2},
            Remedy::reduce_agents,
            Remedy::pause_execution},
    Measure{"io_pressure",
            "--io-warning",
            "--io-critical",
            "pressure_io",
            "time that tasks waited for a disk",
            Unit::fraction,
            {0.6, 0.9},
            Remedy::reduce_agents,
            Remedy::reduce_agents},
};
constexpr std::array heartbeat_measures{
    Measure{"heartbeat",
            "--warning",
            "--critical",
            "heartbeat_age",
            "age of the heartbeat file",
            Unit::seconds,
            {2 * minute, 5 * minute},
            Remedy::none,
            Remedy::restart},
};
// 0 ended well or was stopped, 1 failed, 2 crashed.
constexpr std::array exit_measures{
    Measure{"exit",
            "--warning",
            "--critical",
            "last_exit",
            "how the scope ended last",
            Unit::number,
            {1, 2},
            Remedy::none,
            Remedy::restart},
};
constexpr std::array metric_measures{
    Measure{"metric",
            "--warning",
            "--critical",
            "metric",
            "a number of the user's own",
            Unit::number,
            {},
            Remedy::none,
            Remedy::none},
};

constexpr std::array checks{
    Check{"memory", "", "", "", "Memory of the tree against its budget", memory_measures, check_memory},
    Check{"processes", "", "", "", "Processes of the tree", process_measures, check_processes},
    Check{"zombies", "", "", "", "Ended processes of the tree that nobody waited for", zombie_measures,
          check_zombies},
    Check{"descriptors", "", "", "", "Descriptors of the process nearest to its limit", descriptor_measures,
          check_descriptors},
    Check{"log", "--path", "PATTERN", "The log, or a pattern: *, ?, [] and ** for folders",
          "Logs: size and growth", log_measures, check_log},
    Check{"database", "--path", "PATH", "The database", "A SQLite database", database_measures,
          check_database},
    Check{"temp", "--path", "PATTERN", "The folder, or a pattern", "Temporary files", temp_measures,
          check_temp},
    Check{"disk", "--path", "PATH", "A path on it", "A file system", disk_measures, check_disk},
    Check{"load", "", "", "", "Load of the machine", load_measures, check_load},
    Check{"pressure", "", "", "", "Pressure stall information", pressure_measures, check_pressure},
    Check{"heartbeat", "--path", "PATH", "The file that is touched", "Age of a file", heartbeat_measures,
          check_heartbeat},
    Check{"exit", "--scope", "SCOPE", "Name of the proctrack scope", "How a scope ended last", exit_measures,
          check_exit},
    Check{"metric", "--name", "NAME", "Its name", "A number that a command prints", metric_measures,
          check_metric},
};

}  // namespace

Target::Target(const Check& of, std::string about) : check{&of}, what{std::move(about)} {
  for (const auto& measure : of.measures) limits.push_back(measure.limits);
}

Reading Check::reading(const Target& target, std::size_t measure, double value) const {
  return {.measure = &measures[measure],
          .label = target.what,
          .table = {},
          .value = value,
          .limits = target.limits[measure],
          .note = {},
          .reason = {},
          .below = target.below};
}

std::span<const Check> all_checks() { return checks; }

const Check* find_check(std::string_view name) {
  const auto found = std::ranges::find(checks, name, &Check::name);
  return found == checks.end() ? nullptr : &*found;
}

std::span<const Measure* const> all_measures() {
  static const auto all = [] {
    std::vector<const Measure*> measures;
    for (const auto& check : checks) {
      for (const auto& measure : check.measures) measures.push_back(&measure);
    }
    return measures;
  }();
  return all;
}

const Measure* find_measure(std::string_view name) {
  const auto found = std::ranges::find(all_measures(), name, [](const Measure* one) { return one->name; });
  return found == all_measures().end() ? nullptr : *found;
}

}  // namespace longhaul::healthcheck
