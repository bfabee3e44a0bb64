// What the command line asks for.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace longhaul::memwatch {

// What is counted. The names are those of --metric.
enum class Metric {
  automatic,     // cgroup with --cgroup, else own
  own,           // "private": resident without shared pages, corrected by the proportional set size
  proportional,  // "pss"
  resident,      // "rss"
  swap,          // the proportional set size, and what of it is swapped out
  cgroup,        // what the control group counts
};

enum class Action { none, pause, term, kill };
enum class VictimOrder { largest, youngest };
enum class Output { text, json };

struct Settings {
  std::uint64_t budget = 0;
  double warning = 0.7;   // of the budget
  double critical = 0.9;  // of the budget
  Metric metric = Metric::automatic;
  std::chrono::nanoseconds interval = std::chrono::seconds{1};

  // Whom; else the command.
  int pid = 0;
  std::string scope;
  std::string state;
  std::string cgroup;

  // What is done.
  std::string on_warning;
  std::string on_critical;
  std::chrono::nanoseconds hook_timeout = std::chrono::seconds{30};
  std::string signal_warning;
  Action action = Action::none;
  VictimOrder victim = VictimOrder::largest;
  std::vector<std::string> protect;
  std::chrono::nanoseconds kill_after = std::chrono::seconds{5};
  bool hard = false;
  bool node = false;
  std::uint64_t node_processes = 1;

  // What is told.
  std::string state_file;
  std::string log;
  std::uint64_t top = 0;
  Output format = Output::text;

  // Other things than to watch.
  bool once = false;
  std::uint64_t admit = 0;
  std::chrono::nanoseconds wait{0};
  std::string plot;

  std::vector<std::string> command;
};

}  // namespace longhaul::memwatch
