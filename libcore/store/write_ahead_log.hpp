// The write-ahead log of a database that others write to at the same time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/database.hpp"

namespace longhaul::store {

class WriteAheadLog {
 public:
  // The database outlives it, as a connection that moves nothing by itself (PRAGMA wal_autocheckpoint = 0)
  // and has no other log.
  explicit WriteAheadLog(const Database& database);
  WriteAheadLog(const WriteAheadLog&) = delete;
  WriteAheadLog& operator=(const WriteAheadLog&) = delete;
  ~WriteAheadLog();

  // Frames in it after the last commit of this connection; 0 where there is no log.
  [[nodiscard]] int frames() const { return frames_; }
  // Of the file, whether or not it is there.
  [[nodiscard]] std::uint64_t size() const;

  // Moves it into the database without making anybody wait, and what others write meanwhile too. False where
  // a reader holds a part of it, or somebody else moves it. Throws DatabaseError.
  bool catch_up();
  // Moves it and empties its file, for which it waits for others as long as the busy timeout. Throws
  // DatabaseError, but not where others do not let it.
  void empty();

 private:
  struct Moved {
    int frames = 0;      // in the log; -1 where there is none, or somebody else is moving it
    int backfilled = 0;  // of these, in the database by now
  };
  Moved checkpoint(int mode) const;
  Moved move();

  const Database& database_;
  std::string path_;
  int frames_ = 0;
  std::optional<Database> reader_;  // a connection of its own, made when it is needed
};

}  // namespace longhaul::store
