// Where errsum's input comes from: files, standard input, or a command that it runs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/session.hpp"
#include "diag/analyser.hpp"

namespace longhaul::errsum {

// Who gets what is read: the analyser, where there is one, and standard output.
struct Takers {
  diag::Analyser* analyser = nullptr;
  bool standard_output = false;  // and what a command writes to standard error goes there
  // All of it, in pieces; a line end is added where an input that has none at its end is followed by another.
  std::function<void(std::string_view)> also{};
  // Called after each piece.
  std::function<void()> after{};
};

// Reads the files one after the other, standard input where none is named. One that cannot be read is
// reported and the others are read all the same; where none could be, the status is trouble. SIGTERM and
// SIGINT end the reading, once a pipe has been emptied; the status is then theirs.
core::Exit read_files(const std::vector<std::string>& files, const Takers& takers, cli::Session& session);

// Runs the command, reads both its streams, and returns its status.
core::Exit read_command(const std::vector<std::string>& command, const Takers& takers, cli::Session& session);

}  // namespace longhaul::errsum
