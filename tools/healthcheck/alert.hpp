// Alerts: a command of the user's, once for each change of the level.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "report.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::healthcheck {

// A level counts when so many of so many samples have it.
struct Confirmation {
  std::uint64_t needed = 1;
  std::uint64_t of = 1;
};

// The level that is told next, of `time`; nothing where it is the one that was told last. What is unknown
// tells nothing.
std::optional<SavedAlert> change_of(const History& history, const Confirmation& confirmation,
                                    std::int64_t time);

struct Hooks {
  std::string on_warning;
  std::string on_critical;
  std::string on_recover;
  std::chrono::nanoseconds timeout = std::chrono::seconds{30};

  [[nodiscard]] bool are_empty() const {
    return on_warning.empty() && on_critical.empty() && on_recover.empty();
  }
};

// Runs what the change asks for, with HEALTH_FROM, HEALTH and what --format shell gives in its environment;
// its output goes to standard error. The signal that came meanwhile, and ended it. Throws Error where it
// cannot be run, fails, or does not end in time.
std::optional<int> tell(const Hooks& hooks, const Report& report, sys::SignalQueue& signals);

}  // namespace longhaul::healthcheck
