#include "log_writer.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "rotation.hpp"
#include "store/json_writer.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::chrono::milliseconds retry_after{500};

std::uint64_t entries_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

LogWriter::LogWriter(const std::string& path, const Settings& settings, Statistics& statistics,
                     core::Clock clock, cli::Session& session)
    : settings_{settings}, statistics_{statistics}, clock_{std::move(clock)}, session_{session}, log_{path},
      names_{path}, next_rotation_{next_rotation(clock_(), settings.rotate_every)} {
  batch_.reserve(batch_size + batch_size / 2);
  if (log_.can_rotate())
    archiver_.emplace(path, settings.archiver_policy(), clock_,
                      [&session](const core::Error& error) { session.warn(error.subject, error.reason); });
  if (last_written_before_this_interval()) rotate();
  // The half entry of a run that was killed stays one, and does not run into the first of ours.
  begins_entry_ = log_.last_byte() == '\n';
  if (!settings.raw && !begins_entry_) batch_ = "\n";
  whole_ = log_.size();
}

bool LogWriter::last_written_before_this_interval() const {
  struct stat status {};
  if (settings_.rotate_every.count() == 0 || log_.size() == 0 || ::fstat(log_.descriptor(), &status) != 0)
    return false;
  return core::Time{std::chrono::seconds{status.st_mtim.tv_sec}} < next_rotation_ - settings_.rotate_every;
}

std::uint64_t LogWriter::room() const {
  if (!log_.can_rotate() || rotation_barred()) return UINT64_MAX;
  const std::uint64_t bound = settings_.log_bound();
  return bound - std::min(bound, size_with_batch());
}

void LogWriter::append(std::string_view entries) {
  while (!entries.empty()) {
    const std::uint64_t left = room();
    if (full_ || entries.size() <= left) {
      hold(entries);
      break;
    }
    const std::size_t taken = fitting(entries, left, size_with_batch() == 0);
    hold(entries.substr(0, taken));
    entries.remove_prefix(taken);
    rotate();
  }
  if (batch_.size() >= batch_size && !full_) flush();
}

void LogWriter::append_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const RawPart part = full_ ? RawPart{bytes.size(), false} : raw_part(bytes, room(), begins_entry_);
    if (part.bytes != 0) begins_entry_ = bytes[part.bytes - 1] == '\n';
    write_through(bytes.substr(0, part.bytes));
    bytes.remove_prefix(part.bytes);
    if (part.is_last) rotate();
  }
}

// Without a batch between, as long as the disk takes it.
void LogWriter::write_through(std::string_view bytes) {
  if (full_ || !batch_.empty()) return hold(bytes);
  const store::RotatingLog::Written written = write(bytes);
  whole_ = log_.size();
  if (written.error == 0) return;
  cannot_write(written.error);
  hold(bytes.substr(written.bytes));
}

store::RotatingLog::Written LogWriter::write(std::string_view bytes) {
  try {
    if (log_.was_removed()) log_.open_again();
  } catch (const core::Error&) {
    return {0, ENOENT};
  }
  const store::RotatingLog::Written written = log_.write(bytes);
  if (written.error == 0 && settings_.sync == Sync::flush) log_.sync();
  return written;
}

void LogWriter::hold(std::string_view entries) {
  if (full_ && settings_.on_full == OnFull::drop && batch_.size() + entries.size() > held_size) {
    dropped_ += entries_in(entries);
    dropped_bytes_ += entries.size();
    return;
  }
  if (batch_.empty()) held_since_ = std::chrono::steady_clock::now();
  batch_ += entries;
}

void LogWriter::flush() {
  if (batch_.empty() || full_) return;
  const store::RotatingLog::Written written = write(batch_);
  if (written.error == 0) {
    batch_.clear();
    whole_ = log_.size();
    return;
  }
  const std::size_t whole = std::string_view{batch_}.substr(0, written.bytes).rfind('\n') + 1;
  if (whole != 0) whole_ = log_.size() - (written.bytes - whole);
  batch_.erase(0, written.bytes);
  cannot_write(written.error);
}

void LogWriter::cannot_write(int error) {
  retry_at_ = std::chrono::steady_clock::now() + retry_after;
  if (full_) return;
  full_ = true;
  full_since_ = core::iso_time(clock_());
  session_.warn(log_.path(),
                core::reason_of(error) +
                    (settings_.on_full == OnFull::block ? ", waiting" : ", keeping what fits in memory"));
}

// Tries one entry of those that wait, or the rest of one that was cut short; all others follow it as they
// would have.
void LogWriter::try_again() {
  if (archiver_) archiver_->look_again();
  const std::size_t first = std::min(batch_.find('\n'), batch_.size() - 1) + 1;
  const store::RotatingLog::Written written =
      batch_.empty() ? store::RotatingLog::Written{} : write(std::string_view{batch_}.substr(0, first));
  batch_.erase(0, written.bytes);
  if (written.error != 0) return cannot_write(written.error);
  whole_ = log_.size();
  full_ = false;
  session_.warn(log_.path(), "writable again, " + std::to_string(dropped_) +
                                 (dropped_ == 1 ? " entry was dropped" : " entries were dropped"));
  const std::string waiting = std::exchange(batch_, {}) + told_of_dropped();
  if (settings_.raw)
    append_bytes(waiting);
  else
    append(waiting);
  flush();
}

// An entry that says what was dropped; empty where nothing was.
std::string LogWriter::told_of_dropped() {
  if (dropped_ == 0) return {};
  store::JsonWriter json;
  json.begin_object()
      .member("level", "warn")
      .member("msg", "logrotd dropped entries while the log could not be written")
      .member("dropped", dropped_)
      .member("bytes", dropped_bytes_)
      .member("first", full_since_)
      .member("last", core::iso_time(clock_()))
      .end_object();
  count_dropped();
  return json.text() + '\n';
}

void LogWriter::count_dropped() {
  statistics_.dropped += dropped_;
  statistics_.entries_out -= std::min(statistics_.entries_out, dropped_);
  statistics_.bytes_out -= std::min(statistics_.bytes_out, dropped_bytes_);
  dropped_ = dropped_bytes_ = 0;
}

void LogWriter::rotate() {
  flush();
  if (full_ || !log_.can_rotate()) return;
  next_rotation_ = next_rotation(clock_(), settings_.rotate_every);
  if (log_.size() == 0 && !log_.was_moved()) return;
  try {
    if (settings_.sync != Sync::none) log_.sync();
    if (log_.rotate_to(names_.next_path(clock_()))) ++statistics_.rotated;
    rotation_failed_at_.reset();
  } catch (const core::Error& error) {
    if (!rotation_failed_at_)
      session_.warn(error.subject, error.reason + ", not rotated: the log grows until it can be");
    rotation_failed_at_ = std::chrono::steady_clock::now();
    return;
  }
  whole_ = log_.size();
  archiver_->added();
}

bool LogWriter::rotation_barred() const {
  return rotation_failed_at_ && std::chrono::steady_clock::now() < *rotation_failed_at_ + retry_after;
}

void LogWriter::tick() {
  if (full_ && std::chrono::steady_clock::now() >= retry_at_) try_again();
  if (settings_.flush_every.count() != 0 && !batch_.empty() && !full_ &&
      std::chrono::steady_clock::now() >= held_since_ + settings_.flush_every)
    flush();
  if (clock_() >= next_rotation_) rotate();
}

std::optional<LogWriter::Steady> LogWriter::deadline() const {
  std::optional<Steady> next;
  if (full_)
    next = retry_at_;
  else if (!batch_.empty())
    next = held_since_ + settings_.flush_every;
  if (next_rotation_ != core::Time::max()) {
    const Steady rotation =
        std::chrono::steady_clock::now() +
        std::max(std::chrono::duration_cast<std::chrono::nanoseconds>(next_rotation_ - clock_()),
                 std::chrono::nanoseconds{0});
    next = next ? std::min(*next, rotation) : rotation;
  }
  return next;
}

core::Exit LogWriter::finish(const std::function<bool()>& give_up) {
  flush();
  if (full_) try_again();
  const bool lost = full_;
  if (lost) {
    dropped_ += entries_in(batch_);
    dropped_bytes_ += batch_.size();
    // The part of an entry that was written before the disk was full.
    if (log_.can_rotate() && log_.size() > whole_ && !settings_.raw) log_.truncate(whole_);
    session_.report(
        {log_.path(), std::to_string(dropped_) + (dropped_ == 1 ? " entry" : " entries") + " lost"});
    count_dropped();
  }
  if (settings_.sync != Sync::none) log_.sync();
  if (archiver_) archiver_->finish(give_up);
  if (lost) return core::Exit::trouble;
  return statistics_.dropped == 0 ? core::Exit::ok : core::Exit::finding;
}

}  // namespace longhaul::logrotd
