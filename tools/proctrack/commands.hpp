// The commands of proctrack, each described in the file of its name.
#pragma once

#include "cli/subcommand.hpp"

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

}  // namespace longhaul::proctrack
