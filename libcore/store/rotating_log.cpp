#include "store/rotating_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"

namespace longhaul::store {

RotatingLog::RotatingLog(std::string path, At at) : path_{std::move(path)}, at_{at} { open(); }

void RotatingLog::open() {
  const int flags = O_CREAT | O_CLOEXEC | O_NOCTTY | (at_ == At::every_end ? O_APPEND : 0);
  core::Fd opened{::open(path_.c_str(), O_RDWR | flags, 0644)};
  // what cannot be read can still be written: a pipe, a file with mode 0200
  if (!opened) opened.reset(::open(path_.c_str(), O_WRONLY | flags, 0644));
  struct stat status {};
  if (!opened || ::fstat(opened.get(), &status) != 0) throw core::Error{path_, core::reason_of(errno)};
  file_ = std::move(opened);
  regular_ = S_ISREG(status.st_mode);
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (at_ == At::first_end) ::lseek(file_.get(), 0, SEEK_END);
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

void RotatingLog::sync() { ::fdatasync(file_.get()); }

bool RotatingLog::rotate_to(const std::string& archive) {
  struct stat named {};
  struct stat ours {};
  const bool there = ::stat(path_.c_str(), &named) == 0;
  if (::fstat(file_.get(), &ours) != 0) throw core::Error{path_, core::reason_of(errno)};
  if (!there || named.st_ino != ours.st_ino || named.st_dev != ours.st_dev) {
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
