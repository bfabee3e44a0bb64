// What the command line and the configuration ask for.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "alert.hpp"
#include "breaker.hpp"
#include "check.hpp"
#include "cli/options.hpp"
#include "judge.hpp"
#include "render.hpp"

namespace longhaul::healthcheck {

struct Settings {
  // What is checked, as named on the command line.
  int pid = 0;
  std::string scope;
  std::string state;
  std::uint64_t budget = 1'500'000'000;
  double warning = 0.7;   // of the budget
  double critical = 0.9;  // likewise
  double alert = 1.8e9;   // bytes
  std::vector<std::string> logs, databases, temps, disks, heartbeats, exits, metrics;
  bool load = false;
  bool pressure = false;
  std::vector<std::string> skip;
  std::chrono::nanoseconds timeout = std::chrono::seconds{5};
  // The sections of the configuration; a deque, since options are bound to its elements.
  std::deque<Target> sections;

  std::string history;
  std::uint64_t keep = 500;  // samples
  double horizon = 10;       // samples
  Method method = Method::shape;

  bool predict = false;
  double limit = unset;
  bool below = false;

  std::uint64_t agents = 10;
  std::string confirm = "1/1";
  Hooks hooks;

  std::string breaker;
  BreakerRules breaker_rules;
  std::chrono::nanoseconds cool_down = std::chrono::minutes{1};
  std::string failure;
  std::vector<std::string> words;  // of --breaker, or the files of --shadow-report
  bool shadow_report = false;

  Format format = Format::text;
  std::string output;
  std::chrono::nanoseconds watch{};
  bool once = false;
  bool explain = false;
  bool quiet = false;
  bool print_config = false;
};

void describe(cli::Options& cli, Settings& settings);

// All there is to check. Throws Error for a metric without a command, a name that is none, limits the wrong
// way round.
std::vector<Target> targets_of(const Settings& settings);
Tree tree_of(const Settings& settings);
Confirmation confirmation_of(const Settings& settings);  // throws Error

}  // namespace longhaul::healthcheck
