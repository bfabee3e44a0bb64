// --plot: draws a record in the terminal.
#pragma once

#include "base/error.hpp"
#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::memwatch {

core::Exit plot(const Settings& settings, cli::Session& session);

}  // namespace longhaul::memwatch
