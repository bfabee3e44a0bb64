#pragma once

#include "cli/command_line.hpp"
#include "cli/options.hpp"

namespace longhaul::cli {

// Puts what was given into the variables that the options are bound to: the file named by --config first,
// then the command line, which wins. Throws Error for a value that does not fit, an unknown key, an
// unexpected operand.
void apply(const Options& options, CommandLine line);

}  // namespace longhaul::cli
