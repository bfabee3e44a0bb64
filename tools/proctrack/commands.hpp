// The commands of proctrack, each described in the file of its name.
#pragma once

#include "cli/subcommand.hpp"
#include "settings.hpp"

namespace longhaul::proctrack {

cli::Subcommand run_command();
cli::Subcommand list_command();
cli::Subcommand stop_command();
cli::Subcommand gc_command();
cli::Subcommand tmp_command();
cli::Subcommand slot_command();
cli::Subcommand pool_start_command();
cli::Subcommand pool_call_command();
cli::Subcommand pool_status_command();
cli::Subcommand pool_stop_command();
cli::Subcommand pool_serve_command();  // what `pool start` runs in a scope; hidden
cli::Subcommand doctor_command();

// --state, which all of them have.
void describe_state(cli::Options& cli, std::string& state);

// What run, slot and pool start share, and what run and slot do.
void describe_scope(cli::Options& cli, ScopeSettings& settings);
void describe_timeout(cli::Options& cli, ScopeSettings& settings);
// Throws Error for what cannot be together.
void check_scope(const ScopeSettings& settings);

}  // namespace longhaul::proctrack
