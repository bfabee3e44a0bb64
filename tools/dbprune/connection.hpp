// How every run has its database.
#pragma once

#include <string>

#include "base/fd.hpp"
#include "settings.hpp"
#include "store/database.hpp"

namespace longhaul::dbprune {

// One dbprune at a time: a lock on the file itself that SQLite does not know of. It has to live longer than
// every connection, since closing any descriptor of a file lets go of SQLite's own locks. Throws core::Error.
core::Fd take_lock(const std::string& path);

// As every run wants its connection. Throws core::Error where the file is no database, or is damaged and
// `check` asks.
store::Database open_database(const std::string& path, const Settings& settings, bool read_only);

}  // namespace longhaul::dbprune
