// A thread that does what may take long for a log's archives: compresses them, oldest first, and removes
// those that retention has no room for.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/archives.hpp"
#include "store/compressor.hpp"

namespace longhaul::store {

class Archiver {
 public:
  struct Policy {
    Compression compression = Compression::gzip;
    int level = 6;
    Retention retention{};
    std::uint64_t log_bound = 0;  // bytes that the log itself may come to
    bool sync_plain = false;      // archives are on disk before anything else is done with them
  };
  // Called from the thread, for trouble that is only a warning: the archive stays plain and is tried again.
  using Warn = std::function<void(const core::Error&)>;

  // Begins with what earlier runs left to do.
  Archiver(const std::string& log, Policy policy, core::Clock clock, Warn warn);
  Archiver(const Archiver&) = delete;
  Archiver& operator=(const Archiver&) = delete;
  // Leaves plain what is not compressed yet: the next run finds it.
  ~Archiver();

  // Another archive has been made. Where a total is to be held, what has to go for it goes before this
  // returns: archives may come faster than the thread can look.
  void added();
  // Waits until nothing is left to do, or can be done.
  void finish();

 private:
  // Archives that wait for a compressor before a cheaper level is taken, since they come faster than it
  // works.
  static constexpr std::size_t backlog = 2;
  static constexpr int cheapest_level = 1;

  void work();
  bool tidy();
  void retain() const;
  bool compress(const Archive& plain, int level);
  bool stopping();

  const std::string log_;
  const Archives archives_;
  const Policy policy_;
  const core::Clock clock_;
  const Warn warn_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = true, idle_ = false, stopping_ = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace longhaul::store
