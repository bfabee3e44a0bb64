// Which history a run has, and what it says of it.
#pragma once

#include <cstdint>
#include <string>

#include "cli/session.hpp"
#include "history.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

std::int64_t now_in_milliseconds();  // since 1970

// Empty for nowhere. A breaker is of no use without a memory: then it is where scopes are. Throws Error where
// that folder cannot be made.
std::string history_path(const Settings& settings);

// A warning for each.
void report_problems(const History& history, const std::string& path, cli::Session& session);

}  // namespace longhaul::healthcheck
