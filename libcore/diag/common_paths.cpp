#include "diag/common_paths.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace longhaul::diag {
namespace {

std::string_view plain(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return path;
}

// "apps" of apps/api/x.py; "/srv" of /srv/app/x.py; "../lib" of ../lib/x.py; the whole of a bare name.
std::string_view first_component(std::string_view path) {
  std::size_t start = path.starts_with("/") ? 1 : 0;
  while (path.substr(start).starts_with("../")) start += 3;
  return path.substr(0, std::min(path.find('/', start), path.size()));
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  return path.substr(0, std::max<std::size_t>(slash, 1));
}

std::string_view common_directory(std::string_view a, std::string_view b) {
  std::size_t same = 0;
  const std::size_t limit = std::min(a.size(), b.size());
  while (same < limit && a[same] == b[same]) ++same;
  const bool boundary = (same == a.size() || a[same] == '/') && (same == b.size() || b[same] == '/');
  return boundary ? a.substr(0, same) : directory_of(a.substr(0, same));
}

}  // namespace

void CommonPaths::add_file(std::string_view file) {
  if (too_many_) return;
  const std::string_view path = plain(file);
  const std::string_view first = first_component(path);
  for (Root& root : roots_) {
    if (first_component(root.common) != first) continue;
    if (root.common == path) return;
    const std::string_view held = root.single ? directory_of(root.common) : std::string_view{root.common};
    root.common = std::string{common_directory(held, directory_of(path))};
    root.single = false;
    return;
  }
  if (roots_.size() == max_roots) {
    too_many_ = true;
    return;
  }
  roots_.push_back({std::string{path}, true});
}

void CommonPaths::add_findings(std::string_view file, std::uint64_t count) {
  const std::string_view directory = directory_of(plain(file));
  const std::uint64_t key = core::hash(directory);
  last_ = by_path_.find(key);
  if (last_ == KeyIndex::none && by_path_.add(key)) {
    last_ = directories_.size();
    directories_.push_back({std::string{directory}, 0});
  }
  add_to_last(count);
}

std::vector<std::string> CommonPaths::narrowest(std::size_t most) const {
  std::vector<std::string> paths;
  if (too_many_ || roots_.size() > most) return paths;
  for (const Root& root : roots_) paths.push_back(root.common.empty() ? "." : root.common);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace longhaul::diag
