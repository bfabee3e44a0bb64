#include "scope_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "sys/scope_record.hpp"

namespace longhaul::proctrack {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view list_name = "/.longhaul-registered";

core::Fd opened(const std::string& folder) {
  return core::Fd{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

// This user's, and nobody keeps it.
bool is_dead(const std::string& folder) {
  const core::Fd file = opened(folder);
  struct stat status {};
  return file && ::fstat(file.get(), &status) == 0 && status.st_uid == ::geteuid() &&
         ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

bool is_within(const fs::path& inner, const fs::path& outer) {
  const auto relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// Through links, too: what is there decides, and not its name.
bool is_too_much(const fs::path& path) {
  std::error_code error;
  const auto real = [&](const fs::path& one) {
    auto found = fs::weakly_canonical(one, error);
    return error ? one : found;
  };
  const auto target = fs::is_symlink(path, error) ? real(path.parent_path()) / path.filename() : real(path);
  const char* home = std::getenv("HOME");
  return target == "/" || is_within(real(fs::current_path(error)), target) ||
         (home != nullptr && home[0] == '/' && is_within(real(home), target));
}

// It lies where the command may put anything: only a file of this user's is the list. None, and errno,
// otherwise.
core::Fd opened_list(const std::string& path, int access) {
  core::Fd file{::open(path.c_str(), access | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0600)};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return core::Fd{};
  if (S_ISREG(status.st_mode) && status.st_uid == ::geteuid()) return file;
  errno = EEXIST;
  return core::Fd{};
}

// Paths are registered without links before their last name.
bool is_behind_a_link(const fs::path& path) {
  std::error_code error;
  const auto parent = path.parent_path();
  return fs::exists(parent, error) && fs::canonical(parent, error) != parent;
}

}  // namespace

std::string temporary_base() {
  const char* base = std::getenv("TMPDIR");
  if (base == nullptr || base[0] != '/') return "/tmp";
  std::string path = base;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

core::Fd make_scope_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    // One of an earlier boot may have had the same number and the same start.
    const int failed = errno;
    if (failed == EEXIST && is_dead(path)) (void)core::remove_tree(path);
    if (failed != EEXIST || ::mkdir(path.c_str(), 0700) != 0)
      throw core::Error{path, core::reason_of(failed)};
  }
  core::Fd folder = opened(path);
  if (!folder || ::flock(folder.get(), LOCK_EX) != 0) throw core::Error{path, core::reason_of(errno)};
  return folder;
}

std::string expendable_path(std::string_view subject, const std::string& path) {
  if (path.empty()) throw core::Error{subject, "the path is empty"};
  std::error_code error;
  auto whole = fs::absolute(path, error);
  if (error) throw core::Error{subject, core::reason_of(error.value())};
  while (!whole.has_filename() && whole.has_relative_path()) whole = whole.parent_path();
  // What stands before its name is resolved now: a link that comes later leads nowhere else.
  const auto name = whole.filename();
  const bool is_name = name != "." && name != "..";
  const auto before = fs::weakly_canonical(is_name ? whole.parent_path() : whole, error);
  if (error) throw core::Error{subject, core::reason_of(error.value())};
  whole = is_name ? before / name : before;
  if (is_too_much(whole))
    throw core::Error{subject, "'" + whole.string() + "' holds more than a scope may remove"};
  return whole.string();
}

void register_path(const std::string& folder, const std::string& path) {
  const std::string list = folder + std::string{list_name};
  const core::Fd file = opened_list(list, O_WRONLY | O_APPEND | O_CREAT);
  if (!file) throw core::Error{list, core::reason_of(errno)};
  const std::string entry = path + '\0';  // one write: several may register at once
  if (::write(file.get(), entry.data(), entry.size()) != static_cast<ssize_t>(entry.size()))
    throw core::Error{list, core::reason_of(errno)};
}

void forget_registered(const std::string& folder) { ::unlink((folder + std::string{list_name}).c_str()); }

std::vector<std::string> registered_paths(const std::string& folder) {
  std::vector<std::string> paths;
  const core::Fd file = opened_list(folder + std::string{list_name}, O_RDONLY);
  if (!file) return paths;
  constexpr std::size_t largest = 1024 * 1024;
  std::string text;
  std::array<char, 4096> piece;
  for (ssize_t count = 0;
       text.size() < largest && (count = ::read(file.get(), piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(count));
  std::size_t begin = 0;
  for (auto end = text.find('\0'); end != std::string::npos; end = text.find('\0', begin)) {
    paths.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return paths;
}

core::Removed remove_scope_folder(const std::string& folder, const std::vector<std::string>& more, bool dry) {
  core::Removed all;
  if (folder.empty()) return all;
  if (!dry && more.empty() && ::rmdir(folder.c_str()) == 0)
    return {.files = 1, .bytes = 0, .problem = {}};  // the usual case
  const auto remove = dry ? core::measure_tree : core::remove_tree;
  const auto registered = registered_paths(folder);
  std::set<std::string> paths{more.begin(), more.end()};
  paths.insert(registered.begin(), registered.end());
  for (const auto& path : paths) {
    if (!path.starts_with('/') || path == "/") continue;
    all += is_behind_a_link(path) ? core::Removed{.problem = path + ": is behind a link"} : remove(path);
  }
  return all += remove(folder);
}

std::vector<std::string> dead_folders(const std::string& base) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry{base, error}, end; !error && entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with(sys::scope_folder_prefix)) continue;
    // Between making it and locking it its owner is there.
    const auto owner = sys::parse_id(std::string_view{name}.substr(sys::scope_folder_prefix.size()));
    if (!owner || sys::ProcessTable{}.is_running(*owner)) continue;
    if (is_dead(entry->path().string())) found.push_back(entry->path().string());
  }
  return found;
}

}  // namespace longhaul::proctrack
