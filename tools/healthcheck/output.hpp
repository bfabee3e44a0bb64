// Where a report goes.
#pragma once

#include "cli/session.hpp"
#include "report.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

bool is_terminal();  // standard output

// Prints a report, or replaces the file that --output names; false where that cannot be, which is said.
bool put_out(const Report& report, const Settings& settings, cli::Session& session);

}  // namespace longhaul::healthcheck
