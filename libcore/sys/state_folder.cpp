#include "sys/state_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/ascii.hpp"
#include "base/error.hpp"

namespace longhaul::sys {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

[[noreturn]] void fail(const std::string& path, int error_number) {
  throw core::Error{path, core::reason_of(error_number)};
}

enum class Trust { none, missing, own };

// In a folder that others can write to, anybody could have made it and put there what they like.
Trust trust_in(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return errno == ENOENT ? Trust::missing : Trust::none;
  const bool own = S_ISDIR(found.st_mode) && found.st_uid == ::geteuid();
  return own && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0 ? Trust::own : Trust::none;
}

}  // namespace

std::string state_path(const std::string& given) {
  const auto inherited = variable("LONGHAUL_STATE");
  if (!given.empty() || inherited.starts_with('/')) {
    // Resolved, so that it is the same for whoever inherits it.
    const bool is_given = !given.empty();
    std::error_code error;
    const auto path = std::filesystem::weakly_canonical(
        std::filesystem::absolute(is_given ? given : std::string{inherited}, error), error);
    struct stat found {};
    const bool is_anothers = ::stat(path.c_str(), &found) == 0 && found.st_uid != ::geteuid();
    if (is_given && error) throw core::Error{given, core::reason_of(error.value())};
    if (is_given && is_anothers) throw core::Error{path.string(), "belongs to another user"};
    if (is_given || (!error && !is_anothers)) return path.string();
  }
  const std::string user = std::to_string(::geteuid());
  for (const auto& runtime : {std::string{variable("XDG_RUNTIME_DIR")}, "/run/user/" + user}) {
    if (runtime.starts_with('/') && trust_in(runtime) == Trust::own) return runtime + "/longhaul";
  }
  // In memory where that is offered, as XDG_RUNTIME_DIR is: no scope outlives a boot.
  for (const std::string base : {"/dev/shm", "/tmp"}) {
    std::string path = base + "/longhaul-" + user;
    if (::access(base.c_str(), W_OK | X_OK) == 0 && trust_in(path) != Trust::none) return path;
  }
  throw core::Error{"/tmp/longhaul-" + user, "is another user's, or others can write to it (see --state)"};
}

core::Fd try_lock(const std::string& path) {
  core::Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  while (file && ::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return core::Fd{};
  }
  return file;
}

core::Fd locked(const std::string& path) {
  core::Fd file = try_lock(path);
  if (!file) fail(path, errno);
  return file;
}

void make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    const auto slash = path.rfind('/');
    if (errno != ENOENT || slash == std::string::npos || slash == 0) fail(path, errno);
    make_private_folder(path.substr(0, slash));
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail(path, errno);
  }
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) fail(path, errno);
  const bool is_own_link = S_ISLNK(found.st_mode) && found.st_uid == ::geteuid();
  if (is_own_link && ::stat(path.c_str(), &found) != 0) fail(path, errno);
  if (!S_ISDIR(found.st_mode)) fail(path, ENOTDIR);
  if (found.st_uid != ::geteuid()) throw core::Error{path, "belongs to another user"};
}

void check_name(std::string_view subject, const std::string& name) {
  constexpr std::size_t longest = 64;
  const auto allowed = [](char c) { return core::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || name.size() > longest || name.front() == '.' || name.front() == '-' ||
      !std::ranges::all_of(name, allowed))
    throw core::Error{subject, "'" + name + "' is no name: letters, digits, '-', '_' and '.', 64 at most"};
}

}  // namespace longhaul::sys
