#include "once.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/clock.hpp"
#include "cli/rollout.hpp"
#include "lock.hpp"
#include "store/archiver.hpp"
#include "store/json_writer.hpp"
#include "store/rotating_log.hpp"
#include "store/unfinished_file.hpp"

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

// Appends to the copy what the log has from byte `at` on.
void copy_rest(const core::Fd& log, off_t& at, const core::Fd& copy, const std::string& archive) {
  while (true) {
    const ssize_t moved = ::sendfile(copy.get(), log.get(), &at, std::size_t{1} << 20U);
    if (moved < 0) throw core::Error{archive, core::reason_of(errno)};
    if (moved == 0) return;
  }
}

// The copy is whole and has its name before the log is emptied: whoever dies in between leaves entries twice.
// What is appended between the last copied byte and the truncation is lost; the copy goes on until nothing
// new is there, so that this takes microseconds.
void copy_and_truncate(const core::Fd& log, const std::string& path, const std::string& archive) {
  store::UnfinishedFile copy{archive, status_of(log, path)};
  off_t at = 0;
  copy_rest(log, at, copy.file(), archive);
  copy.finish();
  copy_rest(log, at, copy.file(), archive);
  if (::ftruncate(log.get(), 0) != 0) throw core::Error{path, core::reason_of(errno)};
}

// Compresses what is plain, removes what retention has no room for and lists the rest.
void tidy_archives(const std::string& path, const store::Archiver::Policy& policy, cli::Session& session) {
  store::Archiver{path, policy, core::system_time,
                  [&](const core::Error& error) { session.warn(error.subject, error.reason); }}
      .finish([] { return false; });
}

void rotate_file(const std::string& path, const Settings& settings, Statistics& statistics,
                 cli::Session& session) {
  (void)open_log(path);  // a log that is not there gets no lock either
  const std::optional<core::FileLock> lock = take_lock(path);
  const core::Fd log = open_log(path);
  Archives archives{path};
  archives.heal();
  const core::Time now = core::system_time();
  const struct stat status = status_of(log, path);
  store::Archiver::Policy policy = settings.archiver_policy();
  if (is_due(status, archives, settings, now)) {
    const std::string archive = archives.next_path(now);
    if (settings.method == OnceMethod::rename) {
      store::RotatingLog{path}.rotate_to(archive);
      // Written to until its writer reopens the log: compressed and listed the next time.
      policy.still_written = archive;
    } else {
      copy_and_truncate(log, path, archive);
    }
    ++statistics.rotated;
    statistics.bytes_in += static_cast<std::uint64_t>(status.st_size);
  }
  tidy_archives(path, policy, session);
}

// A record for each file; those behind the first are further ones of the same run.
void record_look(const std::string& path, bool is_further, const Settings& settings, cli::Session& session) {
  store::JsonWriter json;
  json.begin_object().member("file", path);
  if (is_further) json.member("further", true);
  try {
    const struct stat status = status_of(open_log(path), path);
    const bool due = is_due(status, Archives{path}, settings, core::system_time());
    json.member("due", due).member("bytes", static_cast<std::uint64_t>(status.st_size));
  } catch (const core::Error& error) {
    json.member("failed", error.reason);
  }
  cli::record_shadow(session, json.end_object().text());
}

}  // namespace

void record_once(const Settings& settings, cli::Session& session) {
  for (const std::string& file : settings.files)
    record_look(file, &file != &settings.files.front(), settings, session);
}

core::Exit rotate_once(const Settings& settings, Statistics& statistics, cli::Session& session) {
  for (const std::string& file : settings.files)
    session.try_each(file, [&] { rotate_file(file, settings, statistics, session); });
  return core::Exit::ok;
}

}  // namespace longhaul::logrotd
