// The way before logrotd: `cat >> FILE`.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "settings.hpp"
#include "statistics.hpp"

namespace longhaul::logrotd {

// Appends standard input to the log as it is. In shadow what would have been made of it is recorded.
core::Exit append_as_ever(const std::string& log, const Settings& settings, bool shadow,
                          Statistics& statistics, cli::Session& session);

}  // namespace longhaul::logrotd
