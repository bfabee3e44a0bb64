#pragma once

#include <string>
#include <string_view>

#include "cli/about.hpp"
#include "cli/options.hpp"

namespace longhaul::cli {

// The completion script of a tool for "bash", "zsh" or "fish".
std::string completion_script(std::string_view shell, const About& about, const Options& options);

}  // namespace longhaul::cli
