#pragma once

#include <string>

#include "cli/options.hpp"

namespace longhaul::cli {

// All that the options can be set to, as a configuration file in TOML of which every line is a comment: a key
// for each option, with its value or else a word for one; a section for each section, in place of a key of
// its name. Describing the sections makes variables for them.
std::string config_text(const Options& options);

}  // namespace longhaul::cli
