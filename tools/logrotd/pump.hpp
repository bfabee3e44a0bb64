// From the pipe to the log: reading, signals and deadlines.
#pragma once

#include "cli/session.hpp"
#include "input.hpp"
#include "settings.hpp"
#include "statistics.hpp"

namespace longhaul::logrotd {

// Reads standard input to its end, or to SIGTERM or SIGINT, entry by entry.
core::Exit pump_entries(Input& input, const Settings& settings, Statistics& statistics,
                        cli::Session& session);

// The same without looking at what passes: the log and its archives together are the input.
core::Exit pump_raw(Input& input, const Settings& settings, Statistics& statistics, cli::Session& session);

}  // namespace longhaul::logrotd
