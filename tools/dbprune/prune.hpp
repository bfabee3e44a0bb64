// One run over one database.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "result.hpp"
#include "settings.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::dbprune {

struct Run {
  Result result;
  core::Exit exit = core::Exit::ok;
};

// Throws core::Error, and nothing is half-done then.
Run prune(const std::string& path, const Settings& settings, cli::Session& session,
          sys::SignalQueue& signals);

}  // namespace longhaul::dbprune
