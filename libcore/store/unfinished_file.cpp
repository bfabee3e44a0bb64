#include "store/unfinished_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"

namespace longhaul::store {

UnfinishedFile::UnfinishedFile(std::string path, const struct stat& like)
    : whole_{std::move(path)}, path_{path_of(whole_)} {
  file_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file_) throw core::Error{path_, core::reason_of(errno)};
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
