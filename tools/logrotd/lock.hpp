// One writer for one log.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/file_lock.hpp"

namespace longhaul::logrotd {

using Lock = core::FileLock;

// Held on LOG.lock as long as the lock lives: the log itself changes its file. Throws Error{log, ...} where
// another process holds it.
inline Lock take_lock(const std::string& log) {
  auto lock = core::FileLock::try_take(log + ".lock");
  if (!lock) throw core::Error{log, "another logrotd writes to it"};
  return std::move(*lock);
}

}  // namespace longhaul::logrotd
