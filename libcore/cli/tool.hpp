#pragma once

#include <functional>

#include "base/error.hpp"
#include "cli/about.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"

namespace longhaul::cli {

// What every main() calls: describes the options, reads the command line and --config, answers --help and
// --version, runs, and turns whatever is thrown into one line on stderr and a status. Returns the exit
// status.
template <class Settings>
int run_tool(int argc, char** argv, const About& about, void (*options)(Options&, Settings&),
             core::Exit (*run)(const Settings&, Session&));

// The same without the type, for the template above.
int run_described(int argc, char** argv, const About& about, const std::function<void(Options&)>& options,
                  const std::function<core::Exit(Session&)>& run);

template <class Settings>
int run_tool(int argc, char** argv, const About& about, void (*options)(Options&, Settings&),
             core::Exit (*run)(const Settings&, Session&)) {
  Settings settings{};
  return run_described(
      argc, argv, about, [&](Options& described) { options(described, settings); },
      [&](Session& session) { return run(settings, session); });
}

}  // namespace longhaul::cli
