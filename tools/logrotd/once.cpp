#include "once.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/clock.hpp"
#include "lock.hpp"
#include "store/archiver.hpp"

namespace longhaul::logrotd {
namespace {

using store::Archives;

core::Fd open_log(const std::string& log) {
  core::Fd file{::open(log.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw core::Error{log, core::reason_of(errno)};
  if (!S_ISREG(status.st_mode)) throw core::Error{log, "not a regular file"};
  return file;
}

struct stat status_of(const core::Fd& file, const std::string& log) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw core::Error{log, core::reason_of(errno)};
  return status;
}

bool is_due(const struct stat& log, const Archives& archives, const Settings& settings, core::Time now) {
  if (log.st_size == 0) return false;
  if (static_cast<std::uint64_t>(log.st_size) >= settings.log_bound()) return true;
  if (settings.rotate_every.count() == 0) return false;
  const auto all = archives.list();
  return all.empty() || now - all.back().made >= settings.rotate_every;
}

// What is appended between the last copied byte and the truncation is lost; the copy goes on until nothing
// new is there, so that this takes microseconds.
void copy_and_truncate(const core::Fd& log, const std::string& path, const std::string& archive) {
  const struct stat status = status_of(log, path);
  const std::string unfinished = Archives::unfinished(archive);
  const core::Fd copy{
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0777U)};
  if (!copy) throw core::Error{unfinished, core::reason_of(errno)};
  try {
    off_t at = 0;
    while (at < status_of(log, path).st_size) {
      const ssize_t moved = ::sendfile(copy.get(), log.get(), &at, std::size_t{1} << 20U);
      if (moved < 0) throw core::Error{unfinished, core::reason_of(errno)};
      if (moved == 0) break;
    }
    if (::fdatasync(copy.get()) != 0) throw core::Error{unfinished, core::reason_of(errno)};
    while (::sendfile(copy.get(), log.get(), &at, std::size_t{1} << 20U) > 0) {
    }
    if (::ftruncate(log.get(), 0) != 0 || std::rename(unfinished.c_str(), archive.c_str()) != 0)
      throw core::Error{path, core::reason_of(errno)};
  } catch (const core::Error&) {
    ::unlink(unfinished.c_str());
    throw;
  }
}

void rename_log(const std::string& path, const std::string& archive, mode_t mode) {
  if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, archive.c_str(), RENAME_NOREPLACE) != 0)
    throw core::Error{path, core::reason_of(errno)};
  const core::Fd fresh{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, mode & 0777U)};
}

void rotate_file(const std::string& path, const Settings& settings, Statistics& statistics,
                 cli::Session& session) {
  const core::Fd log = open_log(path);
  const std::optional<Lock> lock = take_lock(path);
  Archives archives{path};
  archives.heal();
  const core::Time now = core::system_time();
  const struct stat status = status_of(log, path);
  // A file that was renamed is written to until its writer reopens the log: it is compressed the next time.
  const bool renames = settings.method == OnceMethod::rename;
  store::Archiver::Policy policy{settings.compression, settings.compress_level, settings.retention(),
                                 settings.log_bound(), settings.sync == Sync::rotate};
  if (renames) {
    store::Archiver{path, policy, core::system_time,
                    [&](const core::Error& error) { session.warn(error.subject, error.reason); }}
        .finish([] { return false; });
  }
  if (is_due(status, archives, settings, now)) {
    if (renames)
      rename_log(path, archives.next_path(now), status.st_mode);
    else
      copy_and_truncate(log, path, archives.next_path(now));
    ++statistics.rotated;
    statistics.bytes_in += static_cast<std::uint64_t>(status.st_size);
  }
  if (renames) policy.compression = store::Compression::none;
  store::Archiver{path, policy, core::system_time,
                  [&](const core::Error& error) { session.warn(error.subject, error.reason); }}
      .finish([] { return false; });
}

}  // namespace

core::Exit rotate_once(const Settings& settings, Statistics& statistics, cli::Session& session) {
  for (const std::string& file : settings.files)
    session.try_each(file, [&] { rotate_file(file, settings, statistics, session); });
  return core::Exit::ok;
}

}  // namespace longhaul::logrotd
