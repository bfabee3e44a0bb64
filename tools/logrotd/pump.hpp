// From the pipe to the log: reading, signals and deadlines.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "settings.hpp"
#include "statistics.hpp"

namespace longhaul::logrotd {

// Reads standard input to its end, or to SIGTERM or SIGINT, entry by entry.
core::Exit pump_entries(const std::string& log, const Settings& settings, Statistics& statistics,
                        cli::Session& session);

// The same without looking at what passes: the log and its archives together are the input.
core::Exit pump_raw(const std::string& log, const Settings& settings, Statistics& statistics,
                    cli::Session& session);

}  // namespace longhaul::logrotd
