#include "store/write_ahead_log.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <chrono>

namespace longhaul::store {

WriteAheadLog::WriteAheadLog(const Database& database) : database_{database} {
  const char* name = ::sqlite3_db_filename(database.handle(), "main");
  if (name != nullptr) path_ = ::sqlite3_filename_wal(name);
  const auto keep = [](void* frames, sqlite3*, const char*, int count) {
    *static_cast<int*>(frames) = count;
    return SQLITE_OK;
  };
  ::sqlite3_wal_hook(database.handle(), keep, &frames_);
}

WriteAheadLog::~WriteAheadLog() { ::sqlite3_wal_hook(database_.handle(), nullptr, nullptr); }

std::uint64_t WriteAheadLog::size() const {
  struct stat status {};
  return ::stat(path_.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

WriteAheadLog::Moved WriteAheadLog::checkpoint(int mode) const {
  Moved moved;
  const int code =
      ::sqlite3_wal_checkpoint_v2(database_.handle(), "main", mode, &moved.frames, &moved.backfilled);
  if (code != SQLITE_OK && !is_locked(code & 0xFF)) database_.fail(code);
  return moved;
}

// A log that is moved as a whole begins anew with the next commit of anybody. One that comes while SQLite
// before 3.51.3 looks whether there is something to move makes it take frames of the new log for moved, and
// the database is damaged (https://sqlite.org/wal.html#walresetbug). To move a log again and again among
// writers on a busy machine does it within seconds. No log begins anew under a reader that needs it, and one
// that does not need it keeps everything from being moved: so there is a reader meanwhile.
WriteAheadLog::Moved WriteAheadLog::move() {
  if (!reader_) {
    const std::chrono::milliseconds timeout{database_.number("PRAGMA busy_timeout")};
    reader_.emplace(database_.path(), Database::Mode::read_only, timeout);
  }
  try {
    const ReadTransaction reading{*reader_};
    return checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  } catch (const DatabaseError& error) {
    if (!is_locked(error.code)) throw;
    return {.frames = -1, .backfilled = 0};
  }
}

bool WriteAheadLog::catch_up() {
  constexpr int most_moves = 6;
  int before = -1;
  for (int i = 0; i < most_moves; ++i) {
    const Moved done = move();
    // Somebody else is moving it: how far it has come is not known.
    if (done.frames < 0) return false;
    if (done.backfilled != done.frames) return false;
    if (done.frames == before) return true;
    before = done.frames;
  }
  return false;
}

// To truncate it keeps others from writing, so that the log cannot begin anew, until all is moved: little is
// left for that by then.
void WriteAheadLog::empty() {
  (void)catch_up();
  (void)checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

}  // namespace longhaul::store
