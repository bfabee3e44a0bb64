#include "glob.hpp"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/directory.hpp"
#include "base/error.hpp"

namespace longhaul::healthcheck {
namespace {

using Found = std::function<void(const std::string& path)>;

bool is_folder(const std::string& path, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_LNK) return entry.d_type == DT_DIR;
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void each_entry(const std::string& folder, const std::function<void(const dirent& entry)>& work) {
  const char* path = folder.empty() ? "." : folder.c_str();
  const core::Directory directory{::opendir(path)};
  if (!directory) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    throw core::Error{path, core::reason_of(errno)};
  }
  while (const dirent* entry = ::readdir(directory.get())) {
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
    match(at, is_last ? "*" : behind, found);
    each_entry(at, [&](const dirent& entry) {
      // Not through links, which may lead in a circle.
      const bool goes_down =
          entry.d_name[0] != '.' && entry.d_type != DT_LNK && is_folder(at + entry.d_name, entry);
      if (goes_down) match(at + entry.d_name + '/', rest, found);
    });
  } else if (!is_pattern(part)) {
    const std::string path = at + part;
    struct stat status {};
    if (!is_last)
      match(path + '/', behind, found);
    else if (::lstat(path.c_str(), &status) == 0)
      found(path);
  } else {
    each_entry(at, [&](const dirent& entry) {
      if (::fnmatch(part.c_str(), entry.d_name, FNM_PERIOD) != 0) return;
      const std::string path = at + entry.d_name;
      if (is_last)
        found(path);
      else if (is_folder(path, entry))
        match(path + '/', behind, found);
    });
  }
}

}  // namespace

bool is_pattern(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

void for_each_match(const std::string& pattern, const Found& found) {
  const bool is_absolute = pattern.starts_with('/');
  match(is_absolute ? "/" : "", std::string_view{pattern}.substr(is_absolute ? 1 : 0), found);
}

}  // namespace longhaul::healthcheck
