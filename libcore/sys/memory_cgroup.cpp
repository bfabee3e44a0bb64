#include "sys/memory_cgroup.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sys/cgroup.hpp"

namespace longhaul::sys {
namespace {

namespace fs = std::filesystem;

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string first_line(const std::string& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  const std::string line = first_line(path);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  return error == std::errc{} ? std::optional{value} : std::nullopt;  // "max" is none
}

// "key 123" among the lines of a file.
std::uint64_t value_of(const std::string& path, std::string_view key) {
  std::ifstream file{path};
  std::string name;
  std::uint64_t value = 0;
  while (file >> name >> value) {
    if (name == key) return value;
  }
  return 0;
}

bool write_word(const std::string& path, std::string_view word) {
  const core::Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  return file && ::write(file.get(), word.data(), word.size()) == static_cast<ssize_t>(word.size());
}

// "4:memory:/path" in the list of memberships.
std::optional<std::string> membership_in_version_1(const std::string& path) {
  std::ifstream memberships{path};
  for (std::string line; std::getline(memberships, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controllers.find(",memory,") != std::string::npos) return line.substr(second + 1);
  }
  return std::nullopt;
}

// "ID PARENT DEVICE ROOT FOLDER OPTIONS... - TYPE SOURCE OPTIONS", as in proc_pid_mountinfo(5).
std::optional<std::string> folder_in_version_1(const std::string& membership, const std::string& mounts) {
  const auto path = membership_in_version_1(membership);
  if (!path) return std::nullopt;
  std::ifstream lines{mounts};
  for (std::string line; std::getline(lines, line);) {
    const auto type = line.find(" - cgroup ");
    if (type == std::string::npos ||
        ("," + line.substr(line.rfind(' ') + 1) + ",").find(",memory,") == std::string::npos)
      continue;
    std::istringstream words{line};
    std::string ignored;
    std::string root;
    std::string folder;
    words >> ignored >> ignored >> ignored >> root >> folder;
    // In a container the mount shows a part of the hierarchy only.
    const std::string below = root != "/" && path->starts_with(root) ? path->substr(root.size()) : *path;
    return below == "/" || below.empty() ? folder : folder + below;
  }
  return std::nullopt;
}

// Version 1 says "no limit" by the largest number of pages that it can count.
constexpr std::uint64_t no_limit = std::uint64_t{1} << 60U;

}  // namespace

std::optional<MemoryCgroup> MemoryCgroup::at(const std::string& folder) {
  if (is_there(folder + "/memory.current")) return MemoryCgroup{folder, true};
  if (is_there(folder + "/memory.usage_in_bytes")) return MemoryCgroup{folder, false};
  return std::nullopt;
}

std::optional<MemoryCgroup> MemoryCgroup::own(const std::string& membership, const std::string& mounts) {
  if (const auto folder = folder_in_version_1(membership, mounts)) return MemoryCgroup{*folder, false};
  const auto folder = own_cgroup(membership, mounts);
  // The group at the top has no memory.current, and may have groups with one.
  if (folder && first_line(*folder + "/cgroup.controllers").find("memory") != std::string::npos)
    return MemoryCgroup{*folder, true};
  return std::nullopt;
}

std::optional<MemoryCgroup> MemoryCgroup::make(std::string_view name) const {
  const std::string folder = folder_ + '/' + std::string{name};
  if (is_2_) (void)write_word(folder_ + "/cgroup.subtree_control", "+memory");
  if (::mkdir(folder.c_str(), 0755) != 0) return std::nullopt;
  const MemoryCgroup made{folder, is_2_};
  if (::access((folder + "/cgroup.procs").c_str(), W_OK) == 0 &&
      is_there(folder + (is_2_ ? "/memory.max" : "/memory.limit_in_bytes")))
    return made;
  (void)made.remove();
  return std::nullopt;
}

bool MemoryCgroup::remove() const { return ::rmdir(folder_.c_str()) == 0 || !is_there(folder_); }

std::optional<std::uint64_t> MemoryCgroup::working_set() const {
  const auto used = number_in(folder_ + (is_2_ ? "/memory.current" : "/memory.usage_in_bytes"));
  if (!used) return std::nullopt;
  const auto unused = value_of(folder_ + "/memory.stat", is_2_ ? "inactive_file" : "total_inactive_file");
  return *used - std::min(*used, unused);
}

std::optional<std::uint64_t> MemoryCgroup::own_limit() const {
  const auto bytes = number_in(folder_ + (is_2_ ? "/memory.max" : "/memory.limit_in_bytes"));
  return bytes && *bytes < no_limit ? bytes : std::nullopt;
}

std::optional<MemoryCgroup> MemoryCgroup::of(pid_t pid) {
  return own("/proc/" + std::to_string(pid) + "/cgroup");
}

std::optional<MemoryCgroup> MemoryCgroup::parent() const {
  const std::string above = fs::path{folder_}.parent_path().string();
  if (is_2_ ? !is_there(above + "/cgroup.controllers") : !is_there(above + "/memory.usage_in_bytes"))
    return std::nullopt;
  return MemoryCgroup{above, is_2_};
}

std::optional<std::uint64_t> MemoryCgroup::room() const {
  std::optional<std::uint64_t> least;
  for (std::optional<MemoryCgroup> group = *this; group; group = group->parent()) {
    const auto limit = group->own_limit();
    const auto left = limit ? *limit - std::min(*limit, group->working_set().value_or(0)) : std::uint64_t{0};
    if (limit && (!least || left < *least)) least = left;
  }
  return least;
}

std::optional<std::uint64_t> MemoryCgroup::limit() const {
  std::optional<std::uint64_t> least;
  for (std::optional<MemoryCgroup> group = *this; group; group = group->parent()) {
    const auto here = group->own_limit();
    if (here && (!least || *here < *least)) least = here;
  }
  return least;
}

bool MemoryCgroup::set_limit(std::uint64_t bytes) const {
  return write_word(folder_ + (is_2_ ? "/memory.max" : "/memory.limit_in_bytes"), std::to_string(bytes));
}

// Version 1 as in the kernel's Documentation/admin-guide/cgroup-v1/memory.rst, "OOM Control".
core::Fd MemoryCgroup::watch_limit() const {
  if (is_2_) {
    core::Fd events{::open((folder_ + "/memory.events").c_str(), O_RDONLY | O_CLOEXEC)};
    std::array<char, 512> ignored;
    if (events && ::read(events.get(), ignored.data(), ignored.size()) >= 0) return events;
    return core::Fd{};
  }
  core::Fd event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  const core::Fd control{::open((folder_ + "/memory.oom_control").c_str(), O_RDONLY | O_CLOEXEC)};
  if (!event || !control) return core::Fd{};
  const bool told = write_word(folder_ + "/cgroup.event_control",
                               std::to_string(event.get()) + ' ' + std::to_string(control.get()));
  return told ? std::move(event) : core::Fd{};
}

std::uint64_t MemoryCgroup::kills() const {
  return value_of(folder_ + (is_2_ ? "/memory.events" : "/memory.oom_control"), "oom_kill");
}

std::vector<pid_t> MemoryCgroup::members() const { return Cgroup{folder_}.members(); }

core::Fd MemoryCgroup::open_members() const {
  return core::Fd{::open((folder_ + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC)};
}

bool MemoryCgroup::move_in(pid_t pid) const {
  return write_word(folder_ + "/cgroup.procs", std::to_string(pid));
}

}  // namespace longhaul::sys
