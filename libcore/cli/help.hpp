#pragma once

#include <string>

#include "cli/about.hpp"
#include "cli/options.hpp"

namespace longhaul::cli {

// The text of --help: at most 80 columns, the options grouped under their headings.
std::string help_text(const About& about, const Options& options);

// One line per visible option, for the checks: "-f,--format<TAB>FORMAT".
std::string option_lines(const Options& options);

}  // namespace longhaul::cli
