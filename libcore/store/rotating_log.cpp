#include "store/rotating_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"

namespace longhaul::store {

RotatingLog::RotatingLog(std::string path) : path_{std::move(path)} { open(); }

void RotatingLog::open() {
  constexpr int flags = O_CREAT | O_CLOEXEC | O_NOCTTY | O_APPEND;
  core::Fd opened{::open(path_.c_str(), O_RDWR | flags, 0644)};
  struct stat status {};
  // What cannot be read can still be written; and a pipe of which we were a reader would never break.
  if (!opened || (::fstat(opened.get(), &status) == 0 && !S_ISREG(status.st_mode)))
    opened.reset(::open(path_.c_str(), O_WRONLY | flags, 0644));
  if (!opened || ::fstat(opened.get(), &status) != 0) throw core::Error{path_, core::reason_of(errno)};
  file_ = std::move(opened);
  regular_ = S_ISREG(status.st_mode);
  size_ = static_cast<std::uint64_t>(status.st_size);
}

char RotatingLog::last_byte() const {
  char last = '\n';
  if (size_ != 0 && ::pread(file_.get(), &last, 1, static_cast<off_t>(size_ - 1)) != 1) return '\n';
  return last;
}

RotatingLog::Written RotatingLog::write(std::string_view bytes) {
  Written done;
  while (done.bytes < bytes.size()) {
    const ssize_t count = ::write(file_.get(), bytes.data() + done.bytes, bytes.size() - done.bytes);
    if (count >= 0) {
      done.bytes += static_cast<std::size_t>(count);
      size_ += static_cast<std::uint64_t>(count);
    } else if (errno != EINTR) {
      done.error = errno;
      break;
    }
  }
  return done;
}

void RotatingLog::truncate(std::uint64_t size) {
  if (::ftruncate(file_.get(), static_cast<off_t>(size)) == 0) size_ = size;
}

bool RotatingLog::was_removed() const {
  struct stat status {};
  return regular_ && ::fstat(file_.get(), &status) == 0 && status.st_nlink == 0;
}

bool RotatingLog::was_moved() const {
  struct stat named {};
  struct stat ours {};
  if (!regular_ || ::fstat(file_.get(), &ours) != 0) return false;
  return ::stat(path_.c_str(), &named) != 0 || named.st_ino != ours.st_ino || named.st_dev != ours.st_dev;
}

void RotatingLog::sync() { ::fdatasync(file_.get()); }

bool RotatingLog::rotate_to(const std::string& archive) {
  struct stat ours {};
  if (::fstat(file_.get(), &ours) != 0) throw core::Error{path_, core::reason_of(errno)};
  if (was_moved()) {
    open();
    return false;
  }
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, archive.c_str(), RENAME_NOREPLACE) != 0)
    throw core::Error{path_, core::reason_of(errno)};
  try {
    open();
  } catch (const core::Error&) {
    (void)std::rename(archive.c_str(), path_.c_str());
    throw;
  }
  if (::fchown(file_.get(), ours.st_uid, ours.st_gid) != 0) errno = 0;  // only root may give files away
  ::fchmod(file_.get(), ours.st_mode & 07777U);
  return true;
}

}  // namespace longhaul::store
