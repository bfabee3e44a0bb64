#include "base/remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::core {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

constexpr int deepest = 900;  // folders, with a descriptor open for each

class Walk {
 public:
  explicit Walk(bool remove) : remove_{remove} {}

  // An entry of an open folder; `path` is for messages.
  void entry(int folder, const char* name, const std::string& path, int depth, dev_t device) {
    struct stat found {};
    if (::fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return note(path, errno);
    if (device != 0 && found.st_dev != device) return note(path, EBUSY);
    const bool is_folder = S_ISDIR(found.st_mode);
    if (is_folder) contents(folder, name, path, depth, found);
    if (remove_ && ::unlinkat(folder, name, is_folder ? AT_REMOVEDIR : 0) != 0) return note(path, errno);
    ++removed_.files;
    if (is_folder || found.st_nlink <= 1) removed_.bytes += static_cast<std::uint64_t>(found.st_blocks) * 512;
  }

  const Removed& removed() const { return removed_; }

 private:
  void contents(int parent, const char* name, const std::string& path, int depth, const struct stat& found) {
    constexpr mode_t enough = S_IRWXU;
    if (remove_ && (found.st_mode & enough) != enough)
      (void)::fchmodat(parent, name, found.st_mode | enough, 0);
    const int descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return note(path, errno);
    const Directory directory{::fdopendir(descriptor)};
    if (!directory || depth > deepest) return note(path, ENAMETOOLONG);
    while (const dirent* inside = ::readdir(directory.get())) {
      const std::string_view inner = inside->d_name;
      if (inner == "." || inner == "..") continue;
      entry(::dirfd(directory.get()), inside->d_name, path + '/' + inside->d_name, depth + 1, found.st_dev);
    }
  }

  void note(const std::string& path, int error_number) {
    if (error_number == ENOENT || !removed_.problem.empty()) return;
    removed_.problem = path + ": " + reason_of(error_number);
  }

  bool remove_;
  Removed removed_;
};

Removed walk(const std::string& path, bool remove) {
  Walk walk{remove};
  walk.entry(AT_FDCWD, path.c_str(), path, 0, 0);
  return walk.removed();
}

}  // namespace

Removed& Removed::operator+=(const Removed& other) {
  files += other.files;
  bytes += other.bytes;
  if (problem.empty()) problem = other.problem;
  return *this;
}

Removed remove_tree(const std::string& path) { return walk(path, true); }

Removed measure_tree(const std::string& path) { return walk(path, false); }

}  // namespace longhaul::core
