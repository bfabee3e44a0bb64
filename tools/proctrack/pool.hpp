// The server of a pool: callers on one side, workers on the other, a queue between them.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "cli/session.hpp"
#include "pool_protocol.hpp"
#include "pool_settings.hpp"
#include "sys/signal_queue.hpp"
#include "worker.hpp"

namespace longhaul::proctrack {

class Pool {
 public:
  // Callers come to the listening socket. Starts the workers; throws Error where the command cannot be
  // started.
  Pool(const PoolSettings& settings, core::Fd listener, cli::Session& session);

  // Serves until it is told to stop and all that was asked is answered, or a signal comes.
  core::Exit serve();

 private:
  // Who has connected, until it has its reply.
  struct Caller {
    core::Fd socket;
    std::string received{};
    std::string unsent{};
    std::string request{};
    Moment since{};
    Worker* worker = nullptr;  // that works for it
    bool is_queued = false;
    bool is_stopping = false;  // waits for the end of the pool
    bool is_gone = false;
  };

  void wait_for_events(Moment now);
  void accept_callers();
  void hear(Caller& caller);
  void take_request(Caller& caller, Message message);
  void reply(Caller& caller, std::string text);
  void refuse(Caller& caller, core::Exit status, std::string_view reason);
  void send_on(Caller& caller);

  void hear(Worker& worker);
  void take_answer(Worker& worker, bool at_end);
  void take_line(Worker& worker);
  void take_whole(Worker& worker);
  void replace(Worker& worker, core::Exit status, const std::string& reason);
  void retire(Worker& worker);
  void reap();
  void hand_out();
  void start_ahead();
  bool start_worker();
  void look_at_clocks(Moment now);
  void look_at_memory(Worker& worker);

  [[nodiscard]] std::string status_text() const;
  [[nodiscard]] Caller* caller_of(const Worker& worker);
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::optional<Moment> next_deadline() const;
  [[nodiscard]] bool is_done() const;

  // A worker that was told to end, or killed, and is waited for.
  struct Leaving {
    std::unique_ptr<Worker> worker;
    Moment killed_from;
  };

  const PoolSettings& settings_;
  core::Fd listener_;
  cli::Session& session_;
  sys::SignalQueue signals_;
  std::list<Caller> callers_;  // in the order of their coming
  std::list<std::unique_ptr<Worker>> workers_;
  std::list<Leaving> leaving_;
  std::vector<std::pair<pid_t, int>> ended_;  // wait status of those that were reaped
  bool stopping_ = false;
  std::optional<int> signal_;
  std::string start_problem_;
  Moment next_memory_look_{};
  std::uint64_t served_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t replaced_ = 0;
};

}  // namespace longhaul::proctrack
