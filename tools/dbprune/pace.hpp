// Write transactions so short that other writers hardly notice, and the room between them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "store/database.hpp"
#include "store/write_ahead_log.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::dbprune {

// What a run may take of others, and what it took.
struct Stall {
  std::chrono::nanoseconds most{};          // what others may have to wait for one transaction
  std::chrono::nanoseconds busy_timeout{};  // what it waits for others
  std::optional<std::chrono::steady_clock::time_point> end;  // of the time that the run has
};

class Pace {
 public:
  using Steady = std::chrono::steady_clock;

  // The database and the signals outlive it.
  Pace(const store::Database& database, sys::SignalQueue& signals, Stall stall);
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;
  ~Pace() = default;

  // Called at the beginning of every transaction.
  void on_begin(std::function<void()> work) { at_begin_ = std::move(work); }
  // Called before a transaction ends: what must be on the disk before its deletions are.
  void before_commit(std::function<void()> work) { before_commit_ = std::move(work); }

  // One step of work within a transaction, which is begun where there is none. The work says whether the
  // database is as it should be after it. The transaction ends where it has taken its time. False where the
  // run has to stop: its time is over, or a signal came; nothing is begun then. Throws DatabaseError.
  bool step(const std::function<bool()>& work);
  // Ends the transaction where there is one.
  void finish();
  // Steps until the work says that nothing is left. False where the run had to stop.
  bool repeat(const std::function<bool()>& work);

  // How many have been begun.
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
  // Whether a signal came by now, or the time is over.
  bool must_stop();
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] std::optional<int> signal() const { return signal_; }
  [[nodiscard]] std::chrono::nanoseconds longest() const { return longest_; }
  [[nodiscard]] std::uint64_t log_peak() const { return log_peak_; }
  // Empties the write-ahead log, as far as others let it.
  void empty_log();

 private:
  std::chrono::nanoseconds target_time() const;
  bool may_begin();
  void begin();
  void commit();
  void give_way(std::chrono::nanoseconds held);
  void move_log();

  const store::Database& database_;
  sys::SignalQueue& signals_;
  const Stall stall_;
  store::WriteAheadLog log_;
  std::function<void()> at_begin_, before_commit_;
  std::optional<store::WriteTransaction> transaction_;
  Steady::time_point begun_{};
  std::chrono::nanoseconds commit_cost_{0};  // smoothed
  std::chrono::nanoseconds last_{0}, longest_{0};
  std::uint64_t transactions_ = 0;
  std::uint64_t log_peak_ = 0;
  bool stopped_ = false;
  std::optional<int> signal_;
};

}  // namespace longhaul::dbprune
