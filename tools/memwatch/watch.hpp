// Watching: looks, tells, acts, until the job ends.
#pragma once

#include "base/error.hpp"
#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::memwatch {

// Runs the command and watches it, or watches what is there. The command's status; without one, 0 when all
// processes have ended, 1 where they were over the budget, 128+N after signal N. With `shadow` nothing is
// done or written, and what would have been is recorded.
core::Exit watch(const Settings& settings, cli::Session& session, bool shadow);

}  // namespace longhaul::memwatch
