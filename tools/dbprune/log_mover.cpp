#include "log_mover.hpp"

namespace longhaul::dbprune {

LogMover::LogMover(const std::string& path)
    : database_{path, store::Database::Mode::read_write, std::chrono::milliseconds{0}} {
  database_.run("PRAGMA synchronous = NORMAL");
  thread_ = std::thread{[this] { work(); }};
}

LogMover::~LogMover() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LogMover::notify() {
  {
    const std::lock_guard lock{mutex_};
    wanted_ = true;
  }
  changed_.notify_all();
}

void LogMover::work() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [&] { return wanted_ || stopping_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    try {
      const std::lock_guard use{database_in_use_};
      database_.checkpoint(false);
      lock.lock();
    } catch (const core::Error& error) {
      lock.lock();
      failed_ = error;
    }
  }
}

bool LogMover::catch_up() {
  constexpr int most_moves = 8;
  {
    const std::lock_guard lock{mutex_};
    wanted_ = false;
    if (failed_) throw core::Error{*failed_};
  }
  const std::lock_guard use{database_in_use_};
  int before = -1;
  for (int i = 0; i < most_moves; ++i) {
    const auto done = database_.checkpoint(false);
    if (done.frames == before && done.backfilled == done.frames) return true;
    before = done.backfilled == done.frames ? done.frames : -1;
  }
  return false;
}

}  // namespace longhaul::dbprune
