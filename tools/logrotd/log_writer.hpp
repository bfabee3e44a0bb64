// The end of the pipe: batches written to the log, rotation, and what to do while the disk is full.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "cli/session.hpp"
#include "settings.hpp"
#include "statistics.hpp"
#include "store/archiver.hpp"
#include "store/rotating_log.hpp"

namespace longhaul::logrotd {

class LogWriter {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  // A batch is written when it has this many bytes.
  static constexpr std::size_t batch_size = std::size_t{256} << 10U;
  // What is held while the disk is full.
  static constexpr std::size_t held_size = std::size_t{1} << 20U;

  // Takes up the log where it stands. Everything named outlives the writer.
  LogWriter(const std::string& path, const Settings& settings, Statistics& statistics, core::Clock clock,
            cli::Session& session);

  // Whole entries with their ends: never split across files.
  void append(std::string_view entries);
  // Writes what is batched; where the disk is full it stays, and is tried again by tick().
  void flush();
  void rotate();
  // Rotates and flushes where the time for it has come, tries again where the disk was full.
  void tick();
  // When there will be something to do: what is batched waits for --flush-every, or for a moment without
  // input.
  std::optional<Steady> deadline() const;

  // Nothing more should be read: the disk is full, and nothing may be lost.
  bool blocked() const { return full_ && settings_.on_full == OnFull::block && batch_.size() >= held_size; }

  // The run ends: everything that can be is written, and archives are compressed unless that is given up. The
  // status: trouble where something was lost now, finding where something was dropped before.
  core::Exit finish(const std::function<bool()>& give_up);

  std::uint64_t size() const { return log_.size(); }
  // Bytes that may end anywhere: the log is rotated behind the first entry that does not fit.
  void append_bytes(std::string_view bytes);

 private:
  void hold(std::string_view entries);
  void write_through(std::string_view bytes);
  store::RotatingLog::Written write(std::string_view bytes);
  bool rotation_barred() const;
  void cannot_write(int error);
  void try_again();
  std::string told_of_dropped();
  void count_dropped();
  bool last_written_before_this_interval() const;
  std::uint64_t room() const;
  std::uint64_t size_with_batch() const { return log_.size() + batch_.size(); }

  const Settings& settings_;
  Statistics& statistics_;
  core::Clock clock_;
  cli::Session& session_;
  store::RotatingLog log_;
  store::Archives names_;
  std::optional<store::Archiver> archiver_;  // none for a device
  std::string batch_;
  Steady held_since_{};      // the oldest entry of the batch
  std::uint64_t whole_ = 0;  // size of the log up to the last whole entry
  core::Time next_rotation_ = core::Time::max();
  bool begins_entry_ = true;  // what comes next, of raw bytes
  bool full_ = false;
  Steady retry_at_{};
  std::optional<Steady> rotation_failed_at_;
  std::uint64_t dropped_ = 0, dropped_bytes_ = 0;  // since the disk is full
  std::string full_since_;
};

}  // namespace longhaul::logrotd
