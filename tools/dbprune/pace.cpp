#include "pace.hpp"

#include <algorithm>
#include <array>
#include <thread>

#include "base/error.hpp"

namespace longhaul::dbprune {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// Of the time that others may wait, the part that a transaction takes: their next look at the database comes
// later than its end.
constexpr double share = 0.7;

// When SQLite's busy handlers look again, after the beginning of their wait (sqliteDefaultBusyCallback in its
// main.c).
constexpr std::array<nanoseconds, 9> looks{0ms, 1ms, 3ms, 8ms, 18ms, 33ms, 53ms, 78ms, 103ms};

// How long the database has to be free after it was held for some time, so that whoever has waited since any
// moment of that time looks once while it is.
nanoseconds room_after(nanoseconds held) {
  constexpr nanoseconds delay = 500us;  // of waking up
  for (std::size_t i = 1; i < looks.size(); ++i)
    if (held <= looks[i] || i + 1 == looks.size()) return looks[i] - looks[i - 1] + delay;
  return delay;
}

constexpr std::uint64_t most_log = std::uint64_t{16} << 20U;

}  // namespace

Pace::Pace(const store::Database& database, sys::SignalQueue& signals, Stall stall)
    : database_{database}, signals_{signals}, stall_{stall}, log_{database} {}

nanoseconds Pace::target_time() const { return std::chrono::duration_cast<nanoseconds>(stall_.most * share); }

bool Pace::must_stop() { return !may_begin(); }

bool Pace::may_begin() {
  if (const auto signal = signals_.next()) {
    signal_ = signal;
    stopped_ = true;
  }
  if (stall_.end && Steady::now() >= *stall_.end) stopped_ = true;
  return !stopped_;
}

void Pace::begin() {
  transaction_.emplace(database_);
  begun_ = Steady::now();
  ++transactions_;
  if (at_begin_) at_begin_();
}

void Pace::commit() {
  const auto worked = Steady::now();
  if (before_commit_) before_commit_();
  transaction_->commit();
  transaction_.reset();
  const auto ended = Steady::now();
  const nanoseconds cost = ended - worked;
  commit_cost_ = commit_cost_.count() == 0 ? cost : (commit_cost_ * 3 + cost) / 4;
  last_ = ended - begun_;
  longest_ = std::max(longest_, last_);
  give_way(last_);
}

void Pace::give_way(nanoseconds held) {
  const auto since = Steady::now();
  log_peak_ = std::max(log_peak_, log_.size());
  if (log_.frames() > 0) move_log();
  const auto taken = Steady::now() - since;
  const nanoseconds wanted = room_after(held);
  if (taken < wanted) std::this_thread::sleep_for(wanted - taken);
}

// Nobody else moves it in the midst of a commit as long as this does. It begins anew with the first
// transaction that finds all of it moved, which has to be the next one of ours: what others write meanwhile
// is caught up with by shorter and shorter moves.
void Pace::move_log() {
  const auto give_up = Steady::now() + stall_.busy_timeout;
  // A reader that does not end holds the log, which grows without bound then; so does one who moves it.
  while (!log_.catch_up() && log_.size() > most_log) {
    if (Steady::now() >= give_up)
      throw core::Error{database_.path(),
                        "a reader holds the write-ahead log, which would grow without bound",
                        core::Exit::temp_failure};
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

bool Pace::step(const std::function<bool()>& work) {
  if (!transaction_) {
    if (!may_begin()) return false;
    begin();
  }
  const bool may_end = work();
  // A disk that was slow once must not make transactions of one row.
  const nanoseconds target = target_time();
  const nanoseconds expected = Steady::now() - begun_ + std::min(commit_cost_, target / 2);
  if (may_end && expected >= target) commit();
  return true;
}

void Pace::finish() {
  if (transaction_) commit();
}

bool Pace::repeat(const std::function<bool()>& work) {
  bool more = true;
  while (more) {
    const bool stepped = step([&] {
      more = work();
      return true;
    });
    if (!stepped) return false;
  }
  finish();
  return true;
}

void Pace::empty_log() {
  log_peak_ = std::max(log_peak_, log_.size());
  log_.empty();
}

}  // namespace longhaul::dbprune
