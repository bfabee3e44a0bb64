#include "base/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "base/error.hpp"

namespace longhaul::core {

std::optional<FileLock> FileLock::try_take(const std::string& path) {
  Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!file) throw Error{path, reason_of(errno)};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return FileLock{std::move(file)};
  if (errno == EWOULDBLOCK) return std::nullopt;
  throw Error{path, reason_of(errno)};
}

}  // namespace longhaul::core
