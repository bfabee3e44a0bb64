// Options that several commands share.
#pragma once

#include "cli/options.hpp"
#include "settings.hpp"

namespace longhaul::proctrack {

// --state, which all of them have.
void describe_state(cli::Options& cli, std::string& state);

// What run, slot and pool start share, and what run and slot do.
void describe_scope(cli::Options& cli, ScopeSettings& settings);
void describe_timeout(cli::Options& cli, ScopeSettings& settings);
// Throws Error for a name that is none.
void check_scope(const ScopeSettings& settings);

}  // namespace longhaul::proctrack
