// One writer for one log.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/file_lock.hpp"

namespace longhaul::logrotd {

// Held on LOG.lock as long as the lock lives: the log itself changes its file. None where the log is a device
// or a pipe. Throws Error{log, ...} where another process holds it.
inline std::optional<core::FileLock> take_lock(const std::string& log) {
  struct stat status {};
  if (::stat(log.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) return std::nullopt;
  auto lock = core::FileLock::try_take(log + ".lock");
  if (!lock) throw core::Error{log, "another logrotd writes to it"};
  return lock;
}

}  // namespace longhaul::logrotd
