#include "store/archiver.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/fd.hpp"

namespace longhaul::store {
namespace {

constexpr int politeness = 10;  // of the thread: what the log is written for has the right of way

void sync_file(const std::string& path) {
  const core::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file) ::fsync(file.get());
}

void sync_directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  sync_file(slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1)));
}

// A file that is removed again unless it became whole.
class Unfinished {
 public:
  Unfinished(std::string whole, mode_t mode) : whole_{std::move(whole)}, path_{Archives::unfinished(whole_)} {
    file_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!file_) throw core::Error{path_, core::reason_of(errno)};
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    if (!whole_.empty()) ::unlink(path_.c_str());
  }

  const core::Fd& file() const { return file_; }
  void finish() {
    if (::fsync(file_.get()) != 0 || std::rename(path_.c_str(), whole_.c_str()) != 0)
      throw core::Error{path_, core::reason_of(errno)};
    sync_directory_of(whole_);
    whole_.clear();
  }

 private:
  std::string whole_, path_;
  core::Fd file_;
};

}  // namespace

Archiver::Archiver(const std::string& log, Policy policy, core::Clock clock, Warn warn)
    : log_{log}, archives_{log}, policy_{policy}, clock_{std::move(clock)}, warn_{std::move(warn)},
      thread_{[this] { work(); }} {}

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
  if (kept.total_bytes != 0) retain();
  {
    const std::lock_guard lock{mutex_};
    wanted_ = true;
    idle_ = false;
  }
  changed_.notify_all();
}

void Archiver::finish() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return idle_; });
}

bool Archiver::stopping() {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

void Archiver::work() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), politeness);
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (!wanted_) {
      idle_ = true;
      changed_.notify_all();
      changed_.wait(lock, [&] { return wanted_ || stopping_; });
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

// One step; whether there is another.
bool Archiver::tidy() {
  archives_.heal();
  retain();
  if (policy_.compression == Compression::none) return false;
  std::vector<Archive> plain = archives_.list();
  std::erase_if(plain, [](const Archive& each) { return !each.plain(); });
  if (plain.empty()) return false;
  const bool behind = plain.size() > backlog;
  return compress(plain.front(), behind ? std::min(policy_.level, cheapest_level) : policy_.level) &&
         plain.size() > 1;
}

void Archiver::retain() const {
  // The log, and a compressed archive beside the plain one that it is made from.
  const std::uint64_t reserved = policy_.log_bound * (policy_.compression == Compression::none ? 1 : 2);
  const auto gone = Archives::surplus(archives_.list(), policy_.retention, reserved, clock_());
  for (const Archive& each : gone) ::unlink(each.path.c_str());
}

// False where it was stopped.
bool Archiver::compress(const Archive& plain, int level) {
  const core::Fd from{::open(plain.path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!from && errno == ENOENT) return true;  // retention was faster
  struct stat status {};
  if (!from || ::fstat(from.get(), &status) != 0) throw core::Error{plain.path, core::reason_of(errno)};
  if (policy_.sync_plain) ::fsync(from.get());
  Unfinished to{plain.path + std::string{ending_of(policy_.compression)}, status.st_mode & 0777U};
  const auto compressor = make_compressor(policy_.compression, level);
  if (!compress_file(from, to.file(), *compressor, [this] { return stopping(); })) return false;
  to.finish();
  ::unlink(plain.path.c_str());
  return true;
}

}  // namespace longhaul::store
