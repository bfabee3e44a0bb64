#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "cli/subcommand.hpp"

namespace longhaul::cli {

// The command that a command line names, and the line without the words that name it.
struct Choice {
  const Subcommand* command = nullptr;  // null where none is named
  std::string_view group;               // "pool", where its second word is missing
  std::vector<char*> rest;              // with the name of the program; without a command it ends at "--"
};

// The command is the first word that is neither an option nor the value of a general one: nothing is known of
// other options yet. Throws Error for a word that is no command.
Choice choose_command(std::span<const Subcommand> commands, const Options& general, int argc, char** argv);

}  // namespace longhaul::cli
