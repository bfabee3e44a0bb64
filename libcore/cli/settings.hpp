#pragma once

#include <span>

#include "cli/command_line.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"

namespace longhaul::cli {

// The commands of a tool. Each may have a table in a configuration file, [run] or [pool.start], that counts
// when it runs, and before the keys at top level. Where none runs, a key at top level may be any command's.
struct CommandTables {
  std::span<const Subcommand> commands;
  const Subcommand* running = nullptr;
};

// Puts what was given into the variables that the options are bound to: the file named by --config first,
// then the command line, which wins. Throws Error for a value that does not fit, an unknown key, an
// unexpected operand.
void apply(const Options& options, CommandLine line, const CommandTables& tables = {});

}  // namespace longhaul::cli
