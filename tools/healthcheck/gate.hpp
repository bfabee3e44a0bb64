// One look at everything: measure, remember, judge, tell.
#pragma once

#include <optional>

#include "bounded_checks.hpp"
#include "cli/session.hpp"
#include "report.hpp"
#include "settings.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::healthcheck {

// In shadow nothing is told: the user's commands are not run, and have not been.
enum class Telling { yes, no };

// What is asked for, and stays the same from look to look.
struct Gate {
  std::vector<Target> targets;
  Context context;
  Judgement judgement;
  Confirmation confirmation;
  LeftChildren children;

  // Throws Error for what does not fit together.
  explicit Gate(const Settings& settings);
  // Problems with the history are warnings.
  Report look(const Settings& settings, cli::Session& session, Telling telling = Telling::yes);
};

// Runs the user's command where the level has become another; one that fails is a warning. The signal that
// came meanwhile.
std::optional<int> run_hook(const Report& report, const Settings& settings, sys::SignalQueue& signals,
                            cli::Session& session);

// What is said where nothing is looked at.
Report all_is_well(const Settings& settings);

}  // namespace longhaul::healthcheck
