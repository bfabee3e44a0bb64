#include "sys/open_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <system_error>

namespace longhaul::sys {
namespace {

namespace fs = std::filesystem;

std::optional<pid_t> pid_named(const std::string& name) {
  pid_t pid = 0;
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (problem != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  return pid;
}

bool holds(const fs::path& descriptors, const struct stat& wanted) {
  std::error_code gone;  // the process, or the descriptor, while it is looked at
  for (fs::directory_iterator each{descriptors, gone}, end; !gone && each != end; each.increment(gone)) {
    struct stat open {};
    if (::stat(each->path().c_str(), &open) == 0 && open.st_ino == wanted.st_ino &&
        open.st_dev == wanted.st_dev)
      return true;
  }
  return false;
}

}  // namespace

std::optional<pid_t> other_holder_of(const std::string& path) {
  struct stat wanted {};
  if (::stat(path.c_str(), &wanted) != 0) return std::nullopt;
  std::error_code failed;
  for (fs::directory_iterator each{"/proc", failed}, end; !failed && each != end; each.increment(failed)) {
    const auto pid = pid_named(each->path().filename());
    if (pid && *pid != ::getpid() && holds(each->path() / "fd", wanted)) return pid;
  }
  return std::nullopt;
}

}  // namespace longhaul::sys
