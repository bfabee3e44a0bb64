// --admit: a command is started only where its memory fits.
#pragma once

#include "base/error.hpp"
#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::memwatch {

// Becomes the command once it fits. Throws Error with temp_failure where it does not within --wait.
core::Exit admit(const Settings& settings, cli::Session& session);

// In the shadow: becomes the command at once, and records whether it would have been held back.
core::Exit admit_anyway(const Settings& settings, cli::Session& session);

}  // namespace longhaul::memwatch
