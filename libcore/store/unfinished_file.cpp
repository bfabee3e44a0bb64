#include "store/unfinished_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>

#include "base/error.hpp"
#include "base/moment.hpp"

namespace longhaul::store {
namespace {

void lock(const core::Fd& file, const std::string& path, core::Moment until) {
  constexpr int between_tries = 5;  // milliseconds
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw core::Error{path, core::reason_of(errno)};
    if (core::now() >= until) throw core::Error{path, "is being written by another"};
    (void)::poll(nullptr, 0, between_tries);
  }
}

// Another may have finished it, which took the name away, between the opening and the lock.
bool has_name(const core::Fd& file, const std::string& path) {
  struct stat own {};
  struct stat named {};
  return ::fstat(file.get(), &own) == 0 && ::lstat(path.c_str(), &named) == 0 && own.st_dev == named.st_dev &&
         own.st_ino == named.st_ino;
}

core::Fd open_locked(const std::string& path) {
  constexpr std::chrono::seconds patience{5};
  const auto until = core::after(core::now(), patience);
  while (true) {
    core::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
    if (!file) throw core::Error{path, core::reason_of(errno)};
    lock(file, path, until);
    if (!has_name(file, path)) continue;
    if (::ftruncate(file.get(), 0) != 0) throw core::Error{path, core::reason_of(errno)};
    return file;
  }
}

}  // namespace

UnfinishedFile::UnfinishedFile(std::string path, const struct stat& like)
    : whole_{std::move(path)}, path_{path_of(whole_)}, file_{open_locked(path_)} {
  if (::fchown(file_.get(), like.st_uid, like.st_gid) != 0) errno = 0;  // only root may give files away
  ::fchmod(file_.get(), like.st_mode & 0777U);
}

UnfinishedFile::~UnfinishedFile() {
  if (!whole_.empty()) ::unlink(path_.c_str());
}

void UnfinishedFile::finish() {
  if (::fsync(file_.get()) != 0 || std::rename(path_.c_str(), whole_.c_str()) != 0)
    throw core::Error{path_, core::reason_of(errno)};
  whole_.clear();
}

}  // namespace longhaul::store
