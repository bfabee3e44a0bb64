#pragma once

#include <functional>
#include <span>

#include "base/error.hpp"
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

// What is done about an error in a configuration.
using ConfigTrouble = std::function<void(const core::Error&)>;

// Puts what was given into the variables that the options are bound to: the file named by --config first,
// then the command line, which wins. Throws Error for a value that does not fit, an unknown key, an
// unexpected operand; an error in the file is given to `trouble` where there is one, and the rest of the file
// is left out.
void apply(const Options& options, CommandLine line, const CommandTables& tables = {},
           const ConfigTrouble& trouble = {});

}  // namespace longhaul::cli
