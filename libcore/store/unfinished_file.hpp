// A file made aside, which has its name once it is whole.
#pragma once

#include <sys/stat.h>

#include <string>

#include "base/fd.hpp"

namespace longhaul::store {

// Removed again unless it was finished. It gets the mode and, where that is allowed, the owner of another.
class UnfinishedFile {
 public:
  // Made as `path`.tmp, under a lock: what a run that was killed left there is replaced, and one that still
  // writes there is waited for, five seconds at most. Throws Error{path.tmp, reason}.
  UnfinishedFile(std::string path, const struct stat& like);
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile();

  const core::Fd& file() const { return file_; }
  // Its bytes are on the disk before it has its name; that the name is there before what happens next is what
  // a journal sees to. Throws Error{path.tmp, reason}.
  void finish();

  static std::string path_of(const std::string& whole) { return whole + ".tmp"; }

 private:
  std::string whole_, path_;
  core::Fd file_;
};

}  // namespace longhaul::store
