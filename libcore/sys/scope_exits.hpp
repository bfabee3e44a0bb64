// How the scopes of a name ended last: one small file for each name, which outlives its scopes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace longhaul::sys {

struct ScopeExit {
  double ended_at = 0;  // seconds since the epoch, kept to the millisecond; where gc found it: when it did
  int status = 0;       // as proctrack run exits: 128+N where signal N ended it, 124 timed out
  std::string ending;   // exited, signal, timeout, stopped, killed
};

// Replaces what was recorded for the name, at one stroke; `state` is the folder of the registry. False where
// it cannot: the disk is full, the folder is gone (it is not made again), the name is none.
bool record_exit(const std::string& state, std::string_view name, const ScopeExit& exit);

// Nothing where none was recorded, or what is there is damaged.
std::optional<ScopeExit> last_exit(const std::string& state, std::string_view name);

// So that names which are used once do not add up.
constexpr std::chrono::hours exits_are_kept = std::chrono::days{30};
void remove_old_exits(const std::string& state);

}  // namespace longhaul::sys
