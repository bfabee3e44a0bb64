// The server of a pool: callers on one side, workers on the other, a queue between them.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "caller.hpp"
#include "cli/session.hpp"
#include "pool_settings.hpp"
#include "sys/signal_queue.hpp"
#include "worker.hpp"

namespace longhaul::proctrack {

class Pool {
 public:
  // Callers come to the listening socket. Starts the workers; throws Error where the command cannot be
  // started.
  Pool(const PoolSettings& settings, core::Fd listener, cli::Session& session);

  // Serves until it is told to stop and all that was asked is answered, or a signal comes; then until its
  // workers have left.
  core::Exit serve();

 private:
  void wait_for_events(core::Moment now);
  void take_signals();

  void accept_callers();
  void hear(Caller& caller, short events);
  void take_request(Caller& caller, Message message);
  void take_call(Caller& caller, std::string body);
  void answer(Worker& worker, core::Exit status, std::string_view text);
  void fail(Worker& worker, core::Exit status, std::string_view reason);
  void refuse(Caller& caller, core::Exit status, std::string_view reason);

  void hear(Worker& worker);
  bool take_line(Worker& worker);
  void replace(Worker& worker, core::Exit status, std::string_view reason);
  void retire(Worker& worker, std::chrono::nanoseconds time_to_leave);
  void drop(const Worker& worker);
  void reap();
  void note_end(Worker& worker, int wait_status);
  void hand_out();
  bool has_printed_unasked(Worker& worker);
  [[nodiscard]] bool may_start() const;
  void start_ahead();
  bool start_worker();

  void look_at_clocks(core::Moment now);
  void look_at(Worker& worker, core::Moment now, bool at_memory);
  void begin_to_stop();
  [[nodiscard]] core::Moment next_deadline() const;
  [[nodiscard]] bool is_done() const;

  [[nodiscard]] std::string status_text() const;
  [[nodiscard]] Caller* caller_of(const Worker& worker);
  [[nodiscard]] std::size_t count(Caller::State state) const;
  [[nodiscard]] std::size_t held() const;

  // A worker that was told to end, or killed, and is waited for.
  struct Leaving {
    std::unique_ptr<Worker> worker;
    core::Moment killed_from;
  };

  const PoolSettings& settings_;
  core::Fd listener_;
  cli::Session& session_;
  sys::SignalQueue signals_;
  std::list<Caller> callers_;  // in the order of their coming
  std::list<std::unique_ptr<Worker>> workers_;
  std::list<Leaving> leaving_;
  bool stopping_ = false;
  std::optional<int> signal_;
  std::string start_problem_;
  core::Moment next_accept_{};
  core::Moment next_memory_look_{};
  std::uint64_t served_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t replaced_ = 0;
};

}  // namespace longhaul::proctrack
