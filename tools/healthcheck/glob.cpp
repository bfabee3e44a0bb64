#include "glob.hpp"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/directory.hpp"
#include "base/error.hpp"

namespace longhaul::healthcheck {
namespace {

using Found = std::function<void(const std::string& path)>;

enum class Links { follow, leave };

bool is_folder(const std::string& path, const dirent& entry, Links links) {
  if (entry.d_type == DT_LNK && links == Links::leave) return false;
  if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_LNK) return entry.d_type == DT_DIR;
  struct stat status {};
  const int failed = links == Links::follow ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status);
  return failed == 0 && S_ISDIR(status.st_mode);
}

void each_entry(const std::string& folder, const std::function<void(const dirent& entry)>& work) {
  const char* path = folder.empty() ? "." : folder.c_str();
  const core::Directory directory{::opendir(path)};
  if (!directory) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    throw core::Error{path, core::reason_of(errno)};
  }
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr && errno != 0) throw core::Error{path, core::reason_of(errno)};
    if (entry == nullptr) return;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") work(*entry);
  }
}

// `at` is the path so far, with its slash; `rest` what is still to be matched.
void match(const std::string& at, std::string_view rest, const Found& found) {
  const auto slash = rest.find('/');
  const bool is_last = slash == std::string_view::npos;
  const std::string part{rest.substr(0, slash)};
  const auto behind = is_last ? std::string_view{} : rest.substr(slash + 1);
  if (part == "**") {
    if (behind == "**" || behind.starts_with("**/")) return match(at, behind, found);
    match(at, is_last ? "*" : behind, found);
    each_entry(at, [&](const dirent& entry) {
      // Not through links, which may lead in a circle.
      const bool goes_down = entry.d_name[0] != '.' && is_folder(at + entry.d_name, entry, Links::leave);
      if (goes_down) match(at + entry.d_name + '/', rest, found);
    });
  } else if (!is_pattern(part)) {
    const std::string path = at + part;
    struct stat status {};
    if (!is_last)
      match(path + '/', behind, found);
    else if (::lstat(path.c_str(), &status) == 0)
      found(path);
    else if (errno != ENOENT && errno != ENOTDIR)
      throw core::Error{path, core::reason_of(errno)};
  } else {
    each_entry(at, [&](const dirent& entry) {
      if (::fnmatch(part.c_str(), entry.d_name, FNM_PERIOD) != 0) return;
      const std::string path = at + entry.d_name;
      if (is_last)
        found(path);
      else if (is_folder(path, entry, Links::follow))
        match(path + '/', behind, found);
    });
  }
}

}  // namespace

bool is_pattern(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

void for_each_below(const std::string& folder, const Found& found) {
  std::vector<std::string> folders;  // read once this one is closed: a deep tree needs no more descriptors
  each_entry(folder, [&](const dirent& entry) {
    std::string path = folder + '/' + entry.d_name;
    if (is_folder(path, entry, Links::leave))
      folders.push_back(std::move(path));
    else
      found(path);
  });
  for (const auto& below : folders) {
    try {
      for_each_below(below, found);
    } catch (const core::Error&) {
      if (::access(below.c_str(), R_OK | X_OK) == 0) throw;
    }
  }
}

void for_each_match(const std::string& pattern, const Found& found) {
  const bool is_absolute = pattern.starts_with('/');
  match(is_absolute ? "/" : "", std::string_view{pattern}.substr(is_absolute ? 1 : 0), found);
}

}  // namespace longhaul::healthcheck
