#include "sys/scope_registry.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

std::string read_whole(const std::string& path) {
  const core::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  std::string text;
  if (!file) return text;
  constexpr std::size_t largest = 1024 * 1024;
  std::array<char, 4096> piece;
  while (text.size() < largest) {
    const auto count = ::read(file.get(), piece.data(), piece.size());
    if (count <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
  return text;
}

// Whether the locked file is still the one with this name.
bool is_current(const core::Fd& file, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file.get(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

enum class Trust { none, missing, own };

// In a folder that others can write to, anybody could have made it and put there what they like.
Trust trust_in(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return errno == ENOENT ? Trust::missing : Trust::none;
  const bool own = S_ISDIR(found.st_mode) && found.st_uid == ::geteuid();
  return own && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0 ? Trust::own : Trust::none;
}

// None, and errno, where it cannot be had.
core::Fd try_lock(const std::string& path) {
  core::Fd file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
  while (file && ::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return core::Fd{};
  }
  return file;
}

core::Fd new_file(const std::string& path) {
  return core::Fd{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

}  // namespace

std::string state_path(const std::string& given) {
  if (!given.empty()) {
    auto path = std::filesystem::absolute(given).lexically_normal().string();
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0 && found.st_uid != ::geteuid())
      throw core::Error{path, "belongs to another user"};
    return path;
  }
  const auto inherited = variable("LONGHAUL_STATE");
  if (inherited.starts_with('/') && trust_in(std::string{inherited}) != Trust::none)
    return std::string{inherited};
  const std::string user = std::to_string(::geteuid());
  for (const auto& runtime : {std::string{variable("XDG_RUNTIME_DIR")}, "/run/user/" + user}) {
    if (runtime.starts_with('/') && trust_in(runtime) == Trust::own) return runtime + "/longhaul";
  }
  // In memory where that is offered, as XDG_RUNTIME_DIR is: no scope outlives a boot.
  for (const std::string base : {"/dev/shm", "/tmp"}) {
    const std::string path = base + "/longhaul-" + user;
    if (::access(base.c_str(), W_OK | X_OK) == 0 && trust_in(path) != Trust::none) return path;
  }
  throw core::Error{"/tmp/longhaul-" + user, "is another user's, or others can write to it (see --state)"};
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

void ScopeRegistry::claim(const ScopeRecord& record) const {
  if (record.name.empty()) return;
  make_private_folder(folder_ + "/names");
  const auto lock = locked(folder_ + "/lock");
  const std::string path = name_file(record.name);
  std::array<char, 64> holder{};
  const auto size = ::readlink(path.c_str(), holder.data(), holder.size());
  if (size > 0) {
    const std::string id{holder.data(), static_cast<std::size_t>(size)};
    if (is_alive(id)) throw core::Error{record.name, "the name is taken by scope " + id};
    ::unlink(path.c_str());
  }
  if (::symlink(record.id.c_str(), path.c_str()) != 0) fail(path, errno);
}

core::Fd ScopeRegistry::enter(const ScopeRecord& record) const {
  const std::string path = scope_file(record.id);
  core::Fd file = new_file(path);
  if (!file && errno == ENOENT) {
    make_private_folder(folder_ + "/scopes");
    file = new_file(path);
  } else if (!file && errno == EEXIST && !is_alive(record.id)) {
    // A process of an earlier boot had the same number and the same start.
    ::unlink(path.c_str());
    file = new_file(path);
  }
  if (!file) fail(path, errno);
  try {
    if (::flock(file.get(), LOCK_EX) != 0) fail(path, errno);
    if (const int failed = core::try_write_all(file.get(), text_of(record)); failed != 0) fail(path, failed);
    claim(record);
  } catch (const core::Error&) {
    ::unlink(path.c_str());
    throw;
  }
  return file;
}

std::vector<std::string> ScopeRegistry::ids() const {
  std::vector<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder_ + "/scopes", error}, end; !error && entry != end;
       entry.increment(error)) {
    auto name = entry->path().filename().string();
    if (parse_id(name)) found.push_back(std::move(name));
  }
  if (error && error != std::errc::no_such_file_or_directory) fail(folder_ + "/scopes", error.value());
  // Oldest first, by the time of their start.
  std::ranges::sort(found, {}, [](const std::string& id) { return std::pair{parse_id(id)->start, id}; });
  return found;
}

std::optional<ScopeRecord> ScopeRegistry::read(const std::string& id) const {
  const std::string path = scope_file(id);
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  ScopeRecord record = parse_record(read_whole(path));
  record.id = id;  // whatever a torn record holds, its name says this much
  record.front = parse_id(id).value_or(ProcessId{});
  // What is removed by it must be the scope's own, whatever it says.
  if (!record.folder.ends_with(scope_folder_path("", id))) record.folder.clear();
  if (!record.cgroup.ends_with("/longhaul-" + id)) record.cgroup.clear();
  return record;
}

bool ScopeRegistry::is_alive(const std::string& id) const {
  const core::Fd file{::open(scope_file(id).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (!file) return false;
  return ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::optional<ScopeRecord> ScopeRegistry::find(std::string_view name) const {
  std::optional<ScopeRecord> by_number;
  for (const auto& id : ids()) {
    auto record = read(id);
    if (!record || !is_alive(id)) continue;
    if (record->name == name || id == name) return record;
    if (std::to_string(record->front.pid) == name) by_number = std::move(record);
  }
  return by_number;
}

core::Fd ScopeRegistry::take_over(const std::string& id) const {
  const std::string path = scope_file(id);
  // Between making its record and locking it, its owner is there.
  const auto owner = parse_id(id);
  if (!owner || ProcessTable{}.is_running(*owner)) return core::Fd{};
  core::Fd file{::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 || !is_current(file, path)) return core::Fd{};
  return file;
}

void ScopeRegistry::give_up_name(const ScopeRecord& record) const noexcept {
  const auto lock = try_lock(folder_ + "/lock");
  if (!lock) return;
  const std::string path = name_file(record.name);
  std::array<char, 64> holder{};
  const auto size = ::readlink(path.c_str(), holder.data(), holder.size());
  if (size > 0 && std::string_view{holder.data(), static_cast<std::size_t>(size)} == record.id)
    ::unlink(path.c_str());
}

void ScopeRegistry::remove(const ScopeRecord& record) const noexcept {
  if (!record.name.empty()) give_up_name(record);
  ::unlink(scope_file(record.id).c_str());
}

void check_name(std::string_view subject, const std::string& name) {
  constexpr std::size_t longest = 64;
  const auto allowed = [](char c) { return core::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || name.size() > longest || name.front() == '.' || name.front() == '-' ||
      !std::ranges::all_of(name, allowed))
    throw core::Error{subject, "'" + name + "' is no name: letters, digits, '-', '_' and '.', 64 at most"};
}

}  // namespace longhaul::sys
