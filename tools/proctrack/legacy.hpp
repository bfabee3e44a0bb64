// What wrappers do where proctrack is not switched on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::proctrack {

// off: becomes the command.
[[noreturn]] void execute_only(const std::vector<std::string>& command);

// shadow: runs the command as a shell would, leaves what it leaves, and records what a scope would have done:
// how many processes it would have ended, whether the time would have been up, and for a slot whether there
// was a wait.
core::Exit run_beside(const ScopeSettings& settings, std::optional<bool> would_wait, cli::Session& session);

}  // namespace longhaul::proctrack
