// A SQLite database, read without making anybody wait.
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/size.hpp"
#include "check.hpp"
#include "store/database.hpp"

namespace longhaul::healthcheck {
namespace {

double size_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return unset;
  return static_cast<double>(status.st_size);
}

}  // namespace

void check_database(const Target& target, const Context& context, Readings& readings) {
  const auto& check = *target.check;
  const double size = size_of(target.what);
  if (size != size) throw core::Error{target.what, core::reason_of(errno)};
  readings.push_back(check.reading(target, 0, size));
  const double log = size_of(target.what + "-wal");
  readings.push_back(check.reading(target, 1, log == log ? log : 0));

  const auto wait = std::chrono::floor<std::chrono::milliseconds>(context.timeout / 2);
  const store::Database database{target.what, store::Database::Mode::read_only, wait};
  // Its files are measured; what is inside may not be known.
  auto inside = check.reading(target, 2, unset);
  try {
    database.run(
        "PRAGMA cache_size = 16");  // its pages are met once: to keep them costs more than to read them
    const auto pages = static_cast<double>(database.number("PRAGMA page_count"));
    const auto free = static_cast<double>(database.number("PRAGMA freelist_count"));
    inside.value = pages > 0 ? free / pages : 0;
    if (!target.table.empty()) {
      readings.push_back(std::exchange(inside, check.reading(target, 3, unset)));
      inside.table = target.table;
      inside.value =
          static_cast<double>(database.number("SELECT count(*) FROM " + store::quoted(target.table)));
    }
  } catch (const core::Error& error) {
    inside.reason = error.reason;
  }
  readings.push_back(std::move(inside));
}

}  // namespace longhaul::healthcheck
