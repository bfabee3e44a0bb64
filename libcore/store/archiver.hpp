// A thread that does what may take long for a log's archives: compresses them, oldest first, removes
// those that retention has no room for, and keeps the manifest of those that are ready.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/archives.hpp"
#include "store/compressor.hpp"
#include "store/manifest.hpp"

namespace longhaul::store {

class Archiver {
 public:
  struct Policy {
    Compression compression = Compression::gzip;
    int level = 6;
    Retention retention{};
    std::uint64_t log_bound = 0;  // bytes that the log itself may come to
    bool sync_plain = false;      // archives are on disk before anything else is done with them
    bool manifest = false;
    std::string still_written{};  // path of a plain archive that is left alone, but for retention
  };
  // Called from the thread, for trouble that is only a warning: what it is about is tried again.
  using Warn = std::function<void(const core::Error&)>;

  // Begins with what earlier runs left to do.
  Archiver(const std::string& log, Policy policy, core::Clock clock, Warn warn);
  Archiver(const Archiver&) = delete;
  Archiver& operator=(const Archiver&) = delete;
  // Leaves plain what is not compressed yet: the next run finds it.
  ~Archiver();

  // Another archive has been made. Where a total is to be held there is room for the next when this returns:
  // the oldest are gone, or those that waited have been compressed.
  void added();
  // What failed may be possible now.
  void look_again();
  // Waits until nothing is left to do, or can be done; false where it was given up before.
  bool finish(const std::function<bool()>& give_up);

 private:
  // Archives that wait for a compressor before a cheaper level is taken, since they come faster than it
  // works.
  static constexpr std::size_t backlog = 2;
  static constexpr int cheapest_level = 1;

  void work();
  bool tidy();
  bool left_alone(const Archive& archive) const;
  void remove_surplus(std::vector<Archive>& all) const;
  bool compress_some(std::vector<Archive> all);
  void make_room();
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  std::vector<Archive> surplus(const std::vector<Archive>& all, const Retention& kept) const;
  bool try_compress(const Archive& plain, int level);
  bool compress(const Archive& plain, int level);
  bool is_ready(const Archive& archive) const;
  bool list_ready(std::vector<Archive> all, bool measures);
  void measure(const Archive& archive);
  void read_manifest();
  void write_manifest();
  bool stopping();
  bool has_other_work();

  const Archives archives_;
  const Policy policy_;
  const core::Clock clock_;
  const Warn warn_;
  // The thread's own:
  std::set<std::string> failed_;  // stamps of archives that could not be compressed
  std::optional<Manifest> manifest_;
  bool manifest_failed_ = false;
  std::chrono::steady_clock::time_point manifest_due_{};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t compressed_ = 0;  // archives
  bool wanted_ = true, idle_ = false, stopping_ = false;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace longhaul::store
