#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/about.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"

namespace longhaul::cli {

// The completion script of a tool for "bash", "zsh" or "fish". Where the tool has commands, `options` are the
// general ones.
std::string completion_script(std::string_view shell, const About& about, const Options& options,
                              std::span<const Subcommand> commands = {});

}  // namespace longhaul::cli
