// One look at everything: measure, remember, judge, tell.
#pragma once

#include "cli/session.hpp"
#include "report.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

// In shadow it is not told what has changed: the user's commands are not run, and have not been.
enum class Telling { yes, no };

// What is asked for, and stays the same from look to look.
struct Gate {
  std::vector<Target> targets;
  Context context;
  Judgement judgement;
  Confirmation confirmation;

  // Throws Error for what does not fit together.
  explicit Gate(const Settings& settings);
  // Problems with the history and failing hooks are warnings.
  Report look(const Settings& settings, cli::Session& session, Telling telling = Telling::yes) const;
};

// What is said where nothing is looked at.
Report all_is_well(const Settings& settings);

}  // namespace longhaul::healthcheck
