// --shadow-report: what the tools recorded while they stood in the shadow, as one account of what they would
// have saved and stopped.
#pragma once

#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

// Reads the files that are named as operands, or else the log that tools record to (cli/rollout.hpp), and
// what was moved aside from each. Prints text or JSON. Throws Error where nothing is recorded.
core::Exit shadow_report(const Settings& settings, cli::Session& session);

}  // namespace longhaul::healthcheck
