#include "base/remove_tree.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::core {
namespace {

constexpr int deepest = 200;  // folders, with a descriptor open for each
constexpr mode_t enough = S_IRWXU;

// Opens a folder by its name in another one. Not through a link, and not through a mount, not even one of the
// same file system (mount --bind), which has the same device number: EXDEV. Kernels before 5.6, and some
// filters of system calls, do not know of mounts; there the device number is all there is.
int open_inside(int parent, const char* name, int access) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_NO_XDEV;
  const auto opened = static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how));
  if (opened >= 0 || (errno != ENOSYS && errno != EPERM)) return opened;
  return ::openat(parent, name, access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

// For a folder that its owner may not look into; the descriptor goes to the folder and to nothing that was
// put in its place.
void permit(int parent, const char* name) {
  const Fd folder{open_inside(parent, name, O_PATH)};
  if (folder) (void)::chmod(("/proc/self/fd/" + std::to_string(folder.get())).c_str(), enough);
}

class Walk {
 public:
  explicit Walk(bool remove) : remove_{remove} {}

  // An entry of an open folder; `path` is for messages.
  void entry(int folder, const char* name, const std::string& path, int depth, dev_t device) {
    struct stat found {};
    if (::fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) return note(path, errno);
    if (found.st_dev != device) return note(path, EBUSY);
    const bool is_folder = S_ISDIR(found.st_mode);
    if (is_folder && depth >= deepest && remove_) return lift(folder, name, path);
    if (is_folder && !contents(folder, name, path, depth)) return;
    if (remove_ && ::unlinkat(folder, name, is_folder ? AT_REMOVEDIR : 0) != 0) return note(path, errno);
    ++removed_.files;
    if (is_folder || found.st_nlink <= 1) removed_.bytes += static_cast<std::uint64_t>(found.st_blocks) * 512;
  }

  void note(const std::string& path, int error_number) {
    if (error_number == ENOENT || !removed_.problem.empty()) return;
    constexpr std::size_t longest = 400;
    const std::string shown = path.size() <= longest ? path : "..." + path.substr(path.size() - longest);
    removed_.problem = shown + ": " + reason_of(error_number == EXDEV ? EBUSY : error_number);
  }

  const Removed& removed() const { return removed_; }

 private:
  // A tree may be deeper than descriptors are many, and than any path is long: a folder that is too deep
  // becomes one of the first folder's, which is read again for it.
  void lift(int folder, const char* name, const std::string& path) {
    constexpr unsigned int never_replace = 1;  // RENAME_NOREPLACE
    bool is_permitted = false;
    for (int tries = 0; tries < 1000; ++tries) {
      const std::string lifted = ".lifted-" + std::to_string(++lifted_);
      if (::renameat2(folder, name, top_, lifted.c_str(), never_replace) == 0) return;
      if (errno == EACCES && !is_permitted) {
        permit(folder, name);  // its ".." changes
        is_permitted = true;
      } else if (errno != EEXIST) {
        return note(path, errno);
      }
    }
    note(path, EEXIST);
  }

  // False where it cannot be looked into.
  bool contents(int parent, const char* name, const std::string& path, int depth) {
    Fd folder{open_inside(parent, name, O_RDONLY)};
    if (!folder && errno == EMFILE && remove_ && depth > 1) return lift(parent, name, path), false;
    if (!folder && errno == EACCES && remove_) {
      permit(parent, name);
      folder.reset(open_inside(parent, name, O_RDONLY));
    }
    struct stat opened {};
    if (!folder || ::fstat(folder.get(), &opened) != 0) return note(path, errno), false;
    if (remove_ && (opened.st_mode & enough) != enough)
      (void)::fchmod(folder.get(), (opened.st_mode & ALLPERMS) | enough);
    if (depth > deepest) return false;  // only measured
    const Directory directory{::fdopendir(folder.get())};
    if (!directory) return note(path, errno), false;
    if (depth == 0) top_ = folder.get();
    (void)folder.release();  // closed with the directory
    read(directory.get(), path, depth, opened.st_dev);
    // Until a reading lifts nothing any more: what was lifted is there now, and may be deep again.
    for (std::uint64_t before = 0; depth == 0 && before != lifted_;) {
      before = lifted_;
      ::rewinddir(directory.get());
      read(directory.get(), path, depth, opened.st_dev);
    }
    return true;
  }

  void read(DIR* directory, const std::string& path, int depth, dev_t device) {
    while (const dirent* inside = ::readdir(directory)) {
      const std::string_view inner = inside->d_name;
      if (inner == "." || inner == "..") continue;
      entry(::dirfd(directory), inside->d_name, path + '/' + inside->d_name, depth + 1, device);
    }
  }

  bool remove_;
  int top_ = -1;  // the first folder, while it is open
  std::uint64_t lifted_ = 0;
  Removed removed_;
};

Removed walk(const std::string& path, bool remove) {
  Walk walk{remove};
  const auto slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Fd folder{::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
  struct stat status {};
  if (!folder || ::fstat(folder.get(), &status) != 0) {
    walk.note(path, errno);
  } else {
    const auto name = slash == std::string::npos ? path : path.substr(slash + 1);
    walk.entry(folder.get(), name.c_str(), path, 0, status.st_dev);
  }
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
