#include "store/archiver.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.hpp"
#include "store/unfinished_file.hpp"

namespace longhaul::store {
namespace {

constexpr int politeness = 10;  // of the thread: what the log is written for has the right of way

}  // namespace

Archiver::Archiver(const std::string& log, Policy policy, core::Clock clock, Warn warn)
    : archives_{log}, policy_{policy}, clock_{std::move(clock)}, warn_{std::move(warn)}, thread_{[this] {
        work();
      }} {}

Archiver::~Archiver() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Archiver::added() {
  const Retention& kept = policy_.retention;
  const bool keeps_all = kept.age.count() == 0 && kept.count == 0 && kept.total_bytes == 0;
  if (policy_.compression == Compression::none && keeps_all && !policy_.sync_plain) return;
  look_again();
  if (kept.total_bytes == 0) return;
  try {
    make_room();
  } catch (const core::Error& error) {
    warn_(error);
  }
}

void Archiver::look_again() {
  {
    const std::lock_guard lock{mutex_};
    wanted_ = true;
    idle_ = false;
  }
  changed_.notify_all();
}

// An archive that waits to be compressed is worth waiting for: compressed it may have room.
void Archiver::make_room() {
  constexpr std::chrono::seconds patience{1};  // for one archive: the disk may be full
  while (true) {
    std::unique_lock lock{mutex_};
    const std::uint64_t before = compressed_;
    lock.unlock();
    const std::vector<Archive> all = archives_.list();
    const std::vector<Archive> gone = surplus(all, policy_.retention);
    const bool waiting = !gone.empty() && policy_.compression != Compression::none &&
                         std::ranges::any_of(all, &Archive::plain);
    lock.lock();
    if (waiting && changed_.wait_for(lock, patience, [&] { return compressed_ != before || idle_; }) &&
        compressed_ != before)
      continue;
    lock.unlock();
    for (const Archive& each : gone) ::unlink(each.path.c_str());
    return;
  }
}

bool Archiver::finish(const std::function<bool()>& give_up) {
  constexpr std::chrono::milliseconds between{20};
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, between, [&] { return idle_; }))
    if (give_up()) return false;
  return true;
}

bool Archiver::stopping() {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

void Archiver::work() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), politeness);
  try {
    archives_.heal();
  } catch (const core::Error& error) {
    warn_(error);
  }
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (!wanted_) {
      wait_for_work(lock);
      continue;
    }
    wanted_ = false;
    lock.unlock();
    bool more = false;
    try {
      more = tidy();
    } catch (const core::Error& error) {
      warn_(error);
    }
    lock.lock();
    wanted_ = wanted_ || more;
  }
}

void Archiver::wait_for_work(std::unique_lock<std::mutex>& lock) {
  idle_ = true;
  changed_.notify_all();
  const auto woken = [&] { return wanted_ || stopping_; };
  const std::chrono::nanoseconds age = policy_.retention.age;
  if (age.count() == 0) return changed_.wait(lock, woken);
  // Archives grow old without anything else happening.
  changed_.wait_for(
      lock, std::clamp<std::chrono::nanoseconds>(age / 4, std::chrono::seconds{1}, std::chrono::minutes{1}),
      woken);
  wanted_ = true;
}

// Some steps; whether there are others.
bool Archiver::tidy() {
  constexpr std::size_t steps = 8;  // before the directory is looked at again
  std::vector<Archive> all = archives_.list();
  Retention kept = policy_.retention;
  const auto waits = [&](const Archive& each) { return each.plain() && !failed_.contains(each.stamp); };
  // What is still to be compressed counts for less then.
  if (policy_.compression != Compression::none && std::ranges::any_of(all, waits)) kept.total_bytes = 0;
  for (const Archive& each : surplus(all, kept)) ::unlink(each.path.c_str());
  if (policy_.compression == Compression::none) return false;
  std::erase_if(all, [](const Archive& each) { return !each.plain(); });
  // One that cannot be compressed does not keep the others from it.
  std::size_t done = 0;
  for (std::size_t i = 0; i < all.size() && done < steps && !stopping(); ++i) {
    const bool behind = all.size() - i > backlog;
    if (try_compress(all[i], behind ? std::min(policy_.level, cheapest_level) : policy_.level)) ++done;
  }
  return done != 0;
}

bool Archiver::try_compress(const Archive& plain, int level) {
  try {
    if (!compress(plain, level)) return false;
    failed_.erase(plain.stamp);
    return true;
  } catch (const core::Error& error) {
    if (failed_.insert(plain.stamp).second) warn_({plain.path, error.reason + ", not compressed"});
    return false;
  }
}

std::vector<Archive> Archiver::surplus(const std::vector<Archive>& all, const Retention& kept) const {
  // The log, and a compressed archive beside the plain one that it is made from.
  const std::uint64_t reserved = policy_.log_bound * (policy_.compression == Compression::none ? 1 : 2);
  return Archives::surplus(all, kept, reserved, clock_());
}

// False where it was stopped.
bool Archiver::compress(const Archive& plain, int level) {
  const core::Fd from{::open(plain.path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!from && errno == ENOENT) return true;  // retention was faster
  struct stat status {};
  if (!from || ::fstat(from.get(), &status) != 0) throw core::Error{plain.path, core::reason_of(errno)};
  if (policy_.sync_plain) ::fsync(from.get());
  UnfinishedFile to{plain.path + std::string{ending_of(policy_.compression)}, status};
  const auto compressor = make_compressor(policy_.compression, level);
  if (!compress_file(from, to.file(), *compressor, [this] { return stopping(); })) return false;
  to.finish();
  ::unlink(plain.path.c_str());
  {
    const std::lock_guard lock{mutex_};
    ++compressed_;
  }
  changed_.notify_all();
  return true;
}

}  // namespace longhaul::store
