// --once: files that others append to, rotated where it is time, as cron does it.
#pragma once

#include "cli/session.hpp"
#include "settings.hpp"
#include "statistics.hpp"

namespace longhaul::logrotd {

core::Exit rotate_once(const Settings& settings, Statistics& statistics, cli::Session& session);

// In the shadow: records of each file whether it would be rotated now.
void record_once(const Settings& settings, cli::Session& session);

}  // namespace longhaul::logrotd
