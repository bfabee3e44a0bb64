#include "connection.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>

#include <cerrno>

#include "base/error.hpp"

namespace longhaul::dbprune {

core::Fd take_lock(const std::string& path) {
  core::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) throw core::Error{path, core::reason_of(errno)};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) throw core::Error{path, core::reason_of(errno)};
  throw core::Error{path, "another dbprune is at work on it", core::Exit::temp_failure};
}

store::Database open_database(const std::string& path, const Settings& settings, bool read_only) {
  using store::Database;
  const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(settings.busy_timeout);
  Database database{path, read_only ? Database::Mode::read_only : Database::Mode::read_write, timeout};
  (void)database.number("SELECT count(*) FROM sqlite_schema");
  if (!read_only && ::sqlite3_db_readonly(database.handle(), "main") != 0)
    throw core::Error{path, "is read-only"};
  // Foreign keys are kept by the order of deletion: SQLite would read a whole table for each key without an
  // index. Free pages keep what was deleted, unless a page is written anyway.
  database.run("PRAGMA foreign_keys = OFF; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000; PRAGMA "
               "wal_autocheckpoint = 0; "
               "PRAGMA secure_delete = FAST");
  if (settings.check) {
    const std::string said = database.text("PRAGMA quick_check(1)");
    if (said != "ok") throw core::Error{path, "damaged: " + said};
  }
  return database;
}

}  // namespace longhaul::dbprune
