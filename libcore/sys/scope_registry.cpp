#include "sys/scope_registry.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "base/error.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::sys {
namespace {

// Begins the name of a record that is being made.
constexpr char unfinished_mark = '.';

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

core::Fd new_file(const std::string& path) {
  return core::Fd{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

}  // namespace

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

// Locked before it has its name: whoever finds it under that finds it kept.
core::Fd ScopeRegistry::enter(const ScopeRecord& record) const {
  const std::string path = scope_file(record.id);
  const std::string aside = scope_file(unfinished_mark + record.id);
  core::Fd file = new_file(aside);
  if (!file && errno == ENOENT) {
    make_private_folder(folder_ + "/scopes");
    file = new_file(aside);
  } else if (!file && errno == EEXIST) {  // of an earlier boot, or another PID namespace
    ::unlink(aside.c_str());
    file = new_file(aside);
  }
  if (!file) fail(path, errno);
  try {
    if (::flock(file.get(), LOCK_EX) != 0) fail(path, errno);
    if (const int failed = core::try_write_all(file.get(), text_of(record)); failed != 0) fail(path, failed);
    claim(record);
    give_name(aside, path, record.id);
  } catch (const core::Error&) {
    ::unlink(aside.c_str());
    throw;
  }
  return file;
}

void ScopeRegistry::give_name(const std::string& aside, const std::string& path,
                              const std::string& id) const {
  constexpr unsigned int never_replace = 1;  // RENAME_NOREPLACE
  if (::renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, path.c_str(), never_replace) == 0) return;
  // A process of an earlier boot had the same number and the same start.
  if (errno == EEXIST && !is_alive(id) && ::rename(aside.c_str(), path.c_str()) == 0) return;
  fail(path, errno);
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

void ScopeRegistry::remove_unfinished() const {
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder_ + "/scopes", error}, end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with(unfinished_mark)) continue;
    const core::Fd file{::open(entry->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    const auto owner = parse_id(std::string_view{name}.substr(1));
    if (!file || (owner && ProcessTable{}.is_running(*owner))) continue;
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry->path().c_str());
  }
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
  core::Fd file{::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return core::Fd{};
  // One that was cleared meanwhile has lost its name.
  struct stat opened {};
  return ::fstat(file.get(), &opened) == 0 && opened.st_nlink != 0 ? std::move(file) : core::Fd{};
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

}  // namespace longhaul::sys
