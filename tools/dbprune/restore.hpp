// Archived rows put back.
#pragma once

#include "cli/session.hpp"
#include "settings.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::dbprune {

// Of --table and --where where they are given, else all; a row that is there already stays as it is. Says how
// many came back. Throws core::Error.
core::Exit restore(const Settings& settings, cli::Session& session, sys::SignalQueue& signals);

}  // namespace longhaul::dbprune
