#include "space.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/size.hpp"

namespace longhaul::dbprune {

AutoVacuum auto_vacuum_of(const store::Database& database) {
  return static_cast<AutoVacuum>(database.number("PRAGMA auto_vacuum"));
}

Pages pages_of(const store::Database& database) {
  const auto number = [&](const char* pragma) { return static_cast<std::uint64_t>(database.number(pragma)); };
  return {number("PRAGMA page_size"), number("PRAGMA page_count"), number("PRAGMA freelist_count")};
}

std::uint64_t file_size(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

void vacuum_in_steps(const store::Database& database, Pace& pace) {
  if (auto_vacuum_of(database) != AutoVacuum::incremental) return;
  // One page may take a hundred times as long as another, by how far it has to be looked for among the free
  // ones: so few at a time.
  store::Statement some{database, "PRAGMA incremental_vacuum(8)"};
  store::Statement left{database, "PRAGMA freelist_count"};
  const auto free_pages = [&] {
    left.step();
    const std::int64_t pages = left.integer(0);
    left.reset();
    return pages;
  };
  pace.repeat([&] {
    const std::int64_t before = free_pages();
    if (before == 0) return false;
    some.run();
    return free_pages() < before;
  });
}

void check_free_space(const std::string& path, std::uint64_t bytes) {
  const std::size_t slash = path.rfind('/');
  const std::string directory =
      slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
  struct statvfs status {};
  if (::statvfs(directory.c_str(), &status) != 0) return;
  const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
  if (free < bytes)
    throw core::Error{path, "a rebuild needs " + core::format_size(bytes) + " of free disk, and there are " +
                                core::format_size(free)};
}

void vacuum_whole(const store::Database& database, bool convert) {
  // The copy, and the log or journal through which it comes back.
  check_free_space(database.path(), 2 * pages_of(database).used_bytes());
  if (convert) database.run("PRAGMA auto_vacuum = INCREMENTAL");
  database.run("VACUUM");
}

}  // namespace longhaul::dbprune
