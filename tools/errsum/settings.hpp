// What the command line and the configuration ask of errsum.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "outputs.hpp"

namespace longhaul::errsum {

struct Settings {
  Output format = Output::text;
  std::uint64_t max_bytes = 500;
  bool quiet = false;

  std::string tool;
  bool list_formats = false;
  std::vector<std::string> patterns, pattern_files, errorformats;
  bool merge = false;
  bool run = false;
  bool tee = false;

  std::string save;
  std::uint64_t save_max = 50'000'000;  // bytes
  std::string show;
  std::string code, file;

  std::string fix_task, task_id;

  std::string state;
  bool new_only = false;
  bool baseline = false;
  std::uint64_t escalate_after = 3;
  std::chrono::nanoseconds state_keep = std::chrono::days{90};

  std::vector<std::string> files;
  std::vector<std::string> command;
};

void describe(cli::Options& cli, Settings& settings);

// Throws core::Error where options do not go together.
void check(const Settings& given);

}  // namespace longhaul::errsum
