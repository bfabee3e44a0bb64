// --breaker NAME with a word: ask it, or tell it how the work went.
#pragma once

#include "cli/session.hpp"
#include "gate.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {

// allow, status, reset, record ok, record fail. Throws Error where the breaker's state cannot be kept.
// In shadow its state is told to nobody.
core::Exit use_breaker(const Settings& settings, cli::Session& session, Telling telling = Telling::yes);

}  // namespace longhaul::healthcheck
