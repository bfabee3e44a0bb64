#pragma once

#include <optional>
#include <string>

#include "base/fd.hpp"

namespace longhaul::core {

// An advisory lock (flock) on a file that exists for it alone, held as long as this object lives; the system
// lets go of it when the process dies.
class FileLock {
 public:
  // Nothing where another process holds it. Throws Error{path, reason} where the file cannot be made.
  static std::optional<FileLock> try_take(const std::string& path);

 private:
  explicit FileLock(Fd file) : file_{std::move(file)} {}
  Fd file_;
};

}  // namespace longhaul::core
