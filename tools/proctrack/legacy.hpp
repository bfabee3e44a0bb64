// What wrappers do where proctrack is not switched on.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"

namespace longhaul::proctrack {

// off: becomes the command.
[[noreturn]] void execute_only(const std::vector<std::string>& command);

// shadow: runs the command as a shell would, leaves what it leaves, and records how many processes a scope
// would have ended.
core::Exit run_beside(const std::vector<std::string>& command, cli::Session& session);

}  // namespace longhaul::proctrack
