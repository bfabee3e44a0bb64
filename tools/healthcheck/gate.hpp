// One look at everything: measure, remember, judge, tell.
#pragma once

#include "cli/session.hpp"
#include "report.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

// What is asked for, and stays the same from look to look.
struct Gate {
  std::vector<Target> targets;
  Context context;
  Judgement judgement;
  Confirmation confirmation;

  // Throws Error for what does not fit together.
  explicit Gate(const Settings& settings);
  // Problems with the history and failing hooks are warnings.
  Report look(const Settings& settings, cli::Session& session) const;
};

}  // namespace longhaul::healthcheck
