#include "sys/cgroup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace longhaul::sys {
namespace {

namespace fs = std::filesystem;

int write_word(const std::string& path, std::string_view word) {
  const core::Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file) return errno;
  return ::write(file.get(), word.data(), word.size()) < 0 ? errno : 0;
}

// "0::/user.slice" in the list of memberships; the other lines are of version 1.
std::optional<std::string> membership_in_version_2(const std::string& path) {
  std::ifstream memberships{path};
  for (std::string line; std::getline(memberships, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return std::nullopt;
}

struct Mount {
  std::string root;  // the part of the hierarchy that is seen there
  std::string folder;
};

// "ID PARENT DEVICE ROOT FOLDER OPTIONS... - TYPE ...", as in proc_pid_mountinfo(5).
std::optional<Mount> mount_of_version_2(const std::string& path) {
  std::ifstream mounts{path};
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" - cgroup2 ") == std::string::npos) continue;
    std::istringstream words{line};
    std::string ignored;
    Mount mount;
    words >> ignored >> ignored >> ignored >> mount.root >> mount.folder;
    return mount;
  }
  return std::nullopt;
}

// All groups inside, the deepest first, and the folder itself last.
std::vector<std::string> folders_from_below(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error)) {
    if (!entry->is_directory(error)) continue;
    for (auto& inner : folders_from_below(entry->path().string())) found.push_back(std::move(inner));
  }
  found.push_back(folder);
  return found;
}

}  // namespace

std::optional<std::string> own_cgroup(const std::string& membership, const std::string& mounts) {
  const auto mount = mount_of_version_2(mounts);
  auto path = membership_in_version_2(membership);
  if (!mount || !path) return std::nullopt;
  // In a container the mount shows a part of the hierarchy only.
  if (mount->root != "/" && path->starts_with(mount->root)) path->erase(0, mount->root.size());
  return *path == "/" || path->empty() ? mount->folder : mount->folder + *path;
}

std::optional<Cgroup> Cgroup::planned(std::string_view name) {
  const auto parent = own_cgroup();
  if (!parent || ::access((*parent + "/cgroup.procs").c_str(), W_OK) != 0) return std::nullopt;
  return Cgroup{*parent + '/' + std::string{name}};
}

bool Cgroup::make() const {
  if (::mkdir(folder_.c_str(), 0755) != 0) return false;
  if (::access((folder_ + "/cgroup.kill").c_str(), W_OK) == 0) return true;
  (void)remove();
  return false;
}

core::Fd Cgroup::open() const {
  return core::Fd{::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
}

bool Cgroup::kill() const { return write_word(folder_ + "/cgroup.kill", "1") == 0; }

std::vector<pid_t> Cgroup::members() const {
  std::vector<pid_t> found;
  for (const auto& folder : folders_from_below(folder_)) {
    std::ifstream members{folder + "/cgroup.procs"};
    for (pid_t pid = 0; members >> pid;) found.push_back(pid);
  }
  return found;
}

bool Cgroup::remove() const {
  for (const auto& folder : folders_from_below(folder_)) (void)::rmdir(folder.c_str());
  return ::access(folder_.c_str(), F_OK) != 0;
}

}  // namespace longhaul::sys
