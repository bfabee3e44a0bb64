// One run over one database.
#pragma once

#include <string>

#include "base/fd.hpp"
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

// The rules of the command line and the file; where there are none, the one for a table of tasks, if the
// schema has it. Throws core::Error where there is nothing to go by.
std::deque<Rule> rules_of(const Settings& settings, const Schema& schema);

// One dbprune at a time: a lock on the file itself that SQLite does not know of. It has to live longer than
// every connection, since closing any descriptor of a file lets go of SQLite's own locks. Throws core::Error.
core::Fd take_lock(const std::string& path);

// As every run wants its connection. Throws core::Error where the file is no database, or is damaged and
// `check` asks.
store::Database open_database(const std::string& path, const Settings& settings, bool read_only);

}  // namespace longhaul::dbprune
