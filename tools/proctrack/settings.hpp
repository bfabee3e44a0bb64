// What the command line asks for: one struct for each command.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sys/scope_record.hpp"

namespace longhaul::proctrack {

enum class OnLimit { warn, deny, kill };
enum class Output { text, json };

// What all scopes have: those of run, slot and pool.
struct ScopeSettings {
  std::string state;
  std::string name;
  sys::Isolation isolation = sys::Isolation::automatic;
  std::chrono::nanoseconds kill_after = std::chrono::seconds{5};
  std::chrono::nanoseconds timeout{0};  // 0 for none
  std::uint64_t max_processes = 0;      // 0 for no limit
  OnLimit on_limit = OnLimit::warn;
  int nice = 0;
  std::vector<std::string> cleanup;
  std::string report;
  std::vector<std::string> command;
};

}  // namespace longhaul::proctrack
