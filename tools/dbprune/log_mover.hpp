// A thread that moves the write-ahead log into the database while others write, with a connection of its own.
// As long as it is at it no other connection does it in the midst of somebody's commit.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "store/database.hpp"

namespace longhaul::dbprune {

class LogMover {
 public:
  explicit LogMover(const std::string& path);
  LogMover(const LogMover&) = delete;
  LogMover& operator=(const LogMover&) = delete;
  ~LogMover();

  // There is something to move.
  void notify();
  // Moves all that is there, so that the next transaction begins the log anew: what others write meanwhile is
  // caught up with by shorter and shorter moves. False where somebody reads what is moved, or writes too
  // often. Throws DatabaseError.
  bool catch_up();

 private:
  void work();

  const store::Database database_;
  std::mutex mutex_;  // of what follows
  std::mutex database_in_use_;
  std::condition_variable changed_;
  bool wanted_ = false, stopping_ = false;
  std::optional<core::Error> failed_;  // in the thread: told by the next catch_up()
  std::thread thread_;                 // the last member: it uses the others
};

}  // namespace longhaul::dbprune
