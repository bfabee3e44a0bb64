// --watch: look after look, until a signal comes.
#pragma once

#include "cli/session.hpp"
#include "gate.hpp"

namespace longhaul::healthcheck {

// On a terminal the page is drawn over. Ends by a signal's status, or that of the last look where the
// output's reader went away.
core::Exit watch(Gate& gate, const Settings& settings, cli::Session& session);

}  // namespace longhaul::healthcheck
