// Where errsum's input comes from: files, standard input, or a command that it runs.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/session.hpp"
#include "diag/analyser.hpp"

namespace longhaul::errsum {

// Whether what is read is passed on as well.
enum class Copy { none, to_stdout };

// Reads the files one after the other, standard input where none is named. One that cannot be read is
// reported and the others are read all the same; where none could be, the status is trouble.
core::Exit read_files(const std::vector<std::string>& files, diag::Analyser& analyser, Copy copy,
                      cli::Session& session);

// Runs the command, reads both its streams, and returns its status.
core::Exit read_command(const std::vector<std::string>& command, diag::Analyser& analyser, Copy copy,
                        cli::Session& session);

// The legacy way: the input goes to standard output as it is; a command is only executed.
core::Exit pass_through(const std::vector<std::string>& files, const std::vector<std::string>& command,
                        cli::Session& session);

}  // namespace longhaul::errsum
