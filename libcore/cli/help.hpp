#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/about.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"

namespace longhaul::cli {

// The text of --help: at most 80 columns, the options grouped under their headings. Where there are commands,
// it lists them, and the options are the general ones.
std::string help_text(const About& about, const Options& options, std::span<const Subcommand> commands = {});

// One line per visible option, for the checks: "-f,--format<TAB>FORMAT". Those of commands come first, as
// "run<TAB>-t,--timeout<TAB>TIME"; a command without any has a line of its name alone: "list<TAB><TAB>".
std::string option_lines(const Options& options, std::span<const Subcommand> commands = {});

// The text with a capital at its beginning.
std::string capitalised(std::string_view text);

}  // namespace longhaul::cli
