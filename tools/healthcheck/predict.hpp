// --predict: a filter from samples to forecasts.
#pragma once

#include "cli/session.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

// Lines "TIME VALUE" on standard input; after each one line with the number of samples until the limit is
// passed: 0 where it is, inf where it is not expected. It knows what came before, and nothing else.
core::Exit predict(const Settings& settings, cli::Session& session);

}  // namespace longhaul::healthcheck
