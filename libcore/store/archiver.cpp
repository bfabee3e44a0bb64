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

constexpr std::size_t steps = 8;  // before the directory is looked at again
constexpr int politeness = 10;    // of the thread: what the log is written for has the right of way

}  // namespace

Archiver::Archiver(const std::string& log, Policy policy, core::Clock clock, Warn warn)
    : archives_{log}, policy_{std::move(policy)}, clock_{std::move(clock)}, warn_{std::move(warn)},
      manifest_{policy_.manifest ? std::optional<Manifest>{log} : std::nullopt}, thread_{[this] { work(); }} {
}

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
  if (policy_.compression == Compression::none && keeps_all && !policy_.sync_plain && !policy_.manifest)
    return;
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
    if (policy_.manifest && !gone.empty()) look_again();
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

bool Archiver::has_other_work() {
  const std::lock_guard lock{mutex_};
  return stopping_ || wanted_;
}

void Archiver::work() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), politeness);
  try {
    archives_.heal();
  } catch (const core::Error& error) {
    warn_(error);
  }
  read_manifest();
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
  lock.unlock();
  write_manifest();
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

// Some steps; whether there are others. What is listed comes last, since a log grows without it as well;
// while there is more to compress it is once a second.
bool Archiver::tidy() {
  std::vector<Archive> all = archives_.list();
  remove_surplus(all);
  const bool more = policy_.compression != Compression::none && compress_some(all);
  if (!manifest_) return more;
  if (!more) return list_ready(std::move(all), true);
  if (std::chrono::steady_clock::now() >= manifest_due_) list_ready(archives_.list(), false);
  return true;
}

bool Archiver::left_alone(const Archive& archive) const {
  return !archive.plain() || archive.path == policy_.still_written;
}

void Archiver::remove_surplus(std::vector<Archive>& all) const {
  Retention kept = policy_.retention;
  const auto waits = [&](const Archive& each) { return !left_alone(each) && !failed_.contains(each.stamp); };
  // What is still to be compressed counts for less then.
  if (policy_.compression != Compression::none && std::ranges::any_of(all, waits)) kept.total_bytes = 0;
  const std::vector<Archive> gone = surplus(all, kept);
  for (const Archive& each : gone) ::unlink(each.path.c_str());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(gone.size()));  // the oldest
}

// Whether any was.
bool Archiver::compress_some(std::vector<Archive> all) {
  std::erase_if(all, [this](const Archive& each) { return left_alone(each); });
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
  Archive compressed = plain;
  compressed.ending = ending_of(policy_.compression);
  compressed.path += compressed.ending;
  UnfinishedFile to{compressed.path, status};
  const auto made = make_compressor(policy_.compression, level);
  std::optional<MeteredCompressor> metered;
  Compressor& compressor = manifest_ ? metered.emplace(*made) : *made;
  if (!compress_file(from, to.file(), compressor, [this] { return stopping(); })) return false;
  to.finish();
  ::unlink(plain.path.c_str());
  if (metered) manifest_->add(compressed, metered->finish());
  {
    const std::lock_guard lock{mutex_};
    ++compressed_;
  }
  changed_.notify_all();
  return true;
}

void Archiver::read_manifest() {
  constexpr const char* anew = ", made anew from the archives";
  if (!manifest_) return;
  try {
    const std::uint64_t wrong = manifest_->read(archives_.list());
    if (wrong != 0)
      warn_({manifest_->path(), "line " + std::to_string(wrong) + " is not one of a manifest" + anew});
  } catch (const core::Error& error) {
    warn_({error.subject, error.reason + anew});
  }
}

// A plain archive is ready where it stays one.
bool Archiver::is_ready(const Archive& archive) const {
  return !archive.plain() ||
         (policy_.compression == Compression::none && archive.path != policy_.still_written);
}

// Brings the manifest in line with what is there; whether archives without a line are left. It is written as
// a whole: while there is more to do, once a second.
bool Archiver::list_ready(std::vector<Archive> all, bool measures) {
  std::erase_if(all, [this](const Archive& each) { return !is_ready(each); });
  manifest_->keep_only(all);
  std::erase_if(all, [this](const Archive& each) { return manifest_->knows(each); });
  std::size_t done = 0;
  for (; measures && done < std::min(steps, all.size()) && !has_other_work(); ++done) measure(all[done]);
  const bool more = done < all.size();
  if (!measures || !more || std::chrono::steady_clock::now() >= manifest_due_) write_manifest();
  return more;
}

void Archiver::measure(const Archive& archive) {
  try {
    if (const auto content = content_of(archive, [this] { return stopping(); }))
      manifest_->add(archive, *content);
  } catch (const core::Error& error) {
    if (::access(archive.path.c_str(), F_OK) != 0) return;  // retention was faster
    manifest_->leave_out(archive);
    warn_({archive.path, error.reason + ", not listed in the manifest"});
  }
}

void Archiver::write_manifest() {
  constexpr std::chrono::seconds between{1};
  if (!manifest_ || !manifest_->changed()) return;
  manifest_due_ = std::chrono::steady_clock::now() + between;
  try {
    manifest_->write();
    manifest_failed_ = false;
  } catch (const core::Error& error) {
    if (!manifest_failed_)
      warn_({manifest_->path(), error.reason + ", not written: the next rotation tries again"});
    manifest_failed_ = true;
  }
}

}  // namespace longhaul::store
