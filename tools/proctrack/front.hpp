// The process that the caller waits for.
#pragma once

#include "base/error.hpp"
#include "cli/session.hpp"
#include "scope.hpp"
#include "settings.hpp"

namespace longhaul::proctrack {

// Runs a command in a scope of its own and ends all that descends from it. The status is the command's, or
// 124, 125, 126, 127 as wrappers have them. Throws Error where the scope cannot be made.
core::Exit run_scope(const ScopeSettings& settings, Purpose purpose, cli::Session& session);

}  // namespace longhaul::proctrack
