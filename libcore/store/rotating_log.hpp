// The file that a log is written to, and its becoming an archive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace longhaul::store {

class RotatingLog {
 public:
  // Opened for appending, made where it is not there. Throws Error{path, reason}.
  explicit RotatingLog(std::string path);

  const std::string& path() const { return path_; }
  int descriptor() const { return file_.get(); }
  std::uint64_t size() const { return size_; }
  // Devices and pipes are written to and nothing else.
  bool can_rotate() const { return regular_; }
  // The last byte of a file that was there before; '\n' of an empty one.
  char last_byte() const;

  struct Written {
    std::size_t bytes = 0;
    int error = 0;  // the errno that stopped it, 0 where all was written
  };
  Written write(std::string_view bytes);
  void truncate(std::uint64_t size);
  void sync();
  // Whether the file has lost all its names: what is written to it is lost.
  bool was_removed() const;
  // Whether the path leads to it no more: it was moved away.
  bool was_moved() const;
  void open_again() { open(); }

  // The file becomes the archive, and an empty one takes its name. A file that somebody else has moved away
  // is let go as it is; false then. Throws Error{path, reason}, the log being as it was.
  bool rotate_to(const std::string& archive);

 private:
  void open();

  std::string path_;
  core::Fd file_;
  std::uint64_t size_ = 0;
  bool regular_ = false;
};

}  // namespace longhaul::store
