// --once: one look, and the answer is the exit status.
#pragma once

#include "base/error.hpp"
#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::memwatch {

// With `shadow` the answer is ok, untold, and what it would have been is recorded.
core::Exit look_once(const Settings& settings, cli::Session& session, bool shadow);

}  // namespace longhaul::memwatch
