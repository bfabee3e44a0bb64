// The process that starts a scope's command, watches what descends from it, and ends all of it.
#pragma once

#include <map>
#include <optional>

#include "account.hpp"
#include "base/moment.hpp"
#include "cli/session.hpp"
#include "ending.hpp"
#include "fork_limit.hpp"
#include "keeper_link.hpp"
#include "scope.hpp"
#include "sys/signal_queue.hpp"
#include "watch.hpp"

namespace longhaul::proctrack {

class Guardian {
 public:
  // The signals are those of the front: what the terminal or a group gets reaches the guardian too.
  Guardian(Scope& scope, KeeperLink& front, sys::SignalQueue& signals, cli::Session& session);

  // Returns when nothing of the scope is left: no process, no file. Throws Error where the command cannot be
  // started.
  Outcome run();
  // Whether the command ran, at least for a moment.
  [[nodiscard]] bool has_started() const { return command_ > 0; }

 private:
  void start();
  void wait_for_events();
  void take_signals();
  void take_requests();
  void pass_on(SignalRequest request);
  void begin_ending(Reason reason, int signal, bool group_has_it = false);
  void reap();
  void note_command_end(int wait_status);
  void look_if_due();
  void count_if_due();
  void check_limit(std::vector<sys::ProcessStat> living);
  void check_timeout();
  [[nodiscard]] Outcome outcome() const;
  [[nodiscard]] bool group_was_asked() const;
  void note_exit() const;
  void settle();

  Scope& scope_;
  KeeperLink& front_;
  sys::SignalQueue& signals_;
  cli::Session& session_;
  Members members_;
  Watch watch_;
  Ending ending_;
  std::optional<ForkLimit> fork_limit_;
  Account account_;

  pid_t command_ = -1;
  std::optional<int> command_status_;  // as a shell gives it
  int command_signal_ = 0;
  core::Moment command_ended_{};
  bool ended_by_itself_ = false;  // the command, before anything else began the end
  int terminal_signal_ = 0;       // the last one of the terminal's
  bool gate_is_over_ = false;     // nobody is left to ask
  bool all_gone_ = false;
  bool over_limit_ = false;
  bool front_is_gone_ = false;
  core::Moment begun_{};
  core::Moment next_look_{};
  std::chrono::nanoseconds look_interval_{0};
  core::Moment next_count_ = core::Moment::max();  // where a limit is to be seen passed
  std::optional<core::Moment> next_answer_;
  std::map<int, core::Moment> own_signals_;  // when one last reached the guardian itself
};

// All that descends from this process.
Members own_descendants();

}  // namespace longhaul::proctrack
