// --once: one look, and the answer is the exit status.
#pragma once

#include "base/error.hpp"
#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::memwatch {

core::Exit look_once(const Settings& settings, cli::Session& session);

}  // namespace longhaul::memwatch
