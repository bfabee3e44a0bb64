// What a scope cost, for --report: one line of JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/remove_tree.hpp"
#include "cli/session.hpp"
#include "sys/scope_record.hpp"

namespace longhaul::proctrack {

enum class Reason { exited, asked, timed_out, over_limit, keeper_killed };

struct Account {
  sys::ScopeUsage usage;
  Reason reason = Reason::exited;
  int status = 0;
  std::chrono::nanoseconds duration{0};
  bool started_is_exact = false;  // every fork was counted
  std::uint64_t orphans = 0;      // that outlived their parents and were reaped
  std::uint64_t ended = 0;        // that were still there when the command had ended
  std::uint64_t forks_denied = 0;
  std::uint64_t limit_passed = 0;  // times that --max-procs was passed
  std::chrono::nanoseconds user_time{0};
  std::chrono::nanoseconds system_time{0};
  std::uint64_t largest_process = 0;  // peak resident bytes of one process, by the kernel's count
  core::Removed files;
};

// With its line end.
std::string json_of(const Account& account, const sys::ScopeRecord& record);

// Adds it to a file, if one is named; a failure is a warning: the command has its own status.
void append_report(const std::string& path, const Account& account, const sys::ScopeRecord& record,
                   cli::Session& session);

}  // namespace longhaul::proctrack
