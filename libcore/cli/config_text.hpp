#pragma once

#include <string>

#include "cli/options.hpp"

namespace longhaul::cli {

// A commented configuration file of all that the options can be set to, as TOML: a key for each option, with
// what it is now where that is something, and else commented out; a section for each section, commented out.
// Describing the sections makes variables for them.
std::string config_text(const Options& options);

}  // namespace longhaul::cli
