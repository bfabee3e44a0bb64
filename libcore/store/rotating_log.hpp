// The file that a log is written to, and its becoming an archive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace longhaul::store {

class RotatingLog {
 public:
  // How the end of the file is found: by the system at each write, also where others write too, or once, at
  // the opening, as splice(2) wants it.
  enum class At { every_end, first_end };

  // Opened for writing, made where it is not there. Throws Error{path, reason}.
  explicit RotatingLog(std::string path, At at = At::every_end);

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
  // Bytes were written to the descriptor otherwise.
  void grew(std::uint64_t bytes) { size_ += bytes; }
  void truncate(std::uint64_t size);
  void sync();
  // Whether the file has lost all its names: what is written to it is lost.
  bool was_removed() const;
  void open_again() { open(); }

  // The file becomes the archive, and an empty one takes its name. A file that somebody else has moved away
  // is let go as it is; false then. Throws Error{path, reason}, the log being as it was.
  bool rotate_to(const std::string& archive);

 private:
  void open();

  std::string path_;
  At at_;
  core::Fd file_;
  std::uint64_t size_ = 0;
  bool regular_ = false;
};

}  // namespace longhaul::store
