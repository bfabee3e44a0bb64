#include "front.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "census.hpp"
#include "guardian.hpp"
#include "keeper_link.hpp"
#include "sys/pid_namespace.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::proctrack {
namespace {

void reap_all() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

// How listings show the guardian, and by which it is known when it is the last keeper.
void take_name() { (void)::prctl(PR_SET_NAME, std::string{keeper_name}.c_str()); }

void become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw core::Error{"subreaper", core::reason_of(errno)};
}

// What is left where the guardian could not do its work.
void end_what_was_started(Scope& scope) {
  const Members members = own_descendants();
  Ending ending{members, scope.record().cgroup, grace_without_owner};
  ending.ask(SIGTERM, core::now());
  if (!end_all(ending, members, reap_all)) scope.keep();
}

// The guardian's whole life.
[[noreturn]] void guard(Scope& scope, KeeperLink front, sys::UserAndGroup user, sys::SignalQueue& signals,
                        cli::Session& session) {
  Outcome outcome;
  std::optional<Guardian> guardian;
  const auto fail = [&](const core::Error& error) {
    session.report(error);
    outcome.status = session.status_of(error);
    const bool has_started = guardian && guardian->has_started();
    if (!has_started) scope.forget_cleanup();
    end_what_was_started(scope);
    scope.note_exit(outcome.status, has_started ? "killed" : "exited");
  };
  try {
    if (scope.record().isolation == sys::Isolation::pid_namespace) sys::enter_pid_namespace(user);
    become_subreaper();
    take_name();
    guardian.emplace(scope, front, signals, session);
    outcome = guardian->run();
  } catch (const core::Error& error) {
    fail(error);
  } catch (const std::exception& unexpected) {
    fail({"unexpected", unexpected.what()});
  }
  scope.close();
  (void)front.send(outcome);
  ::_exit(0);
}

class Front {
 public:
  Front(const ScopeSettings& settings, Purpose purpose, cli::Session& session)
      : session_{session}, scope_{settings, std::move(purpose)} {}

  core::Exit run() {
    note_foreign_children();
    become_subreaper();
    auto [mine, guardians] = KeeperLink::make();
    start_guardian(std::move(mine), std::move(guardians));
    const auto outcome = wait_for_outcome();
    if (!outcome) return take_over();
    while (::waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (outcome->terminal_signal != 0) die_of(outcome->terminal_signal);
    return static_cast<core::Exit>(outcome->status);
  }

 private:
  void note_foreign_children() {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;  // there is none
    for (const auto& child : sys::ProcessTable{}.descendants(::getpid())) foreign_.push_back(child.id);
  }

  void start_guardian(KeeperLink mine, KeeperLink guardians) {
    const bool new_namespace = scope_.record().isolation == sys::Isolation::pid_namespace;
    const auto user = sys::own_user_and_group();
    guardian_ = new_namespace ? sys::fork_into_pid_namespace() : ::fork();
    if (guardian_ < 0) throw core::Error{"fork", core::reason_of(errno)};
    if (guardian_ == 0) {
      mine.close();
      guard(scope_, std::move(guardians), user, signals_, session_);
    }
    scope_.leave_to_other();
    scope_.close_descriptors();
    link_.emplace(std::move(mine));
    scope_.note_guardian(guardian_);
  }

  // Children from before, and what lost its parent among their descendants.
  void reap_foreign() const {
    siginfo_t ended{};
    while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0 &&
           ended.si_pid != guardian_) {
      (void)::waitpid(ended.si_pid, nullptr, WNOHANG);
      ended = {};
    }
  }

  // Nothing where the guardian died before it had ended all.
  std::optional<Outcome> wait_for_outcome() {
    while (true) {
      std::array<pollfd, 2> waiting{{{link_->descriptor(), POLLIN, 0}, {signals_.descriptor(), POLLIN, 0}}};
      (void)::poll(waiting.data(), waiting.size(), -1);
      if (const auto outcome = link_->receive<Outcome>()) return outcome;
      if (link_->is_over()) return std::nullopt;
      while (const auto signal = signals_.take()) {
        signal->number == SIGCHLD ? reap_foreign() : pass_to_guardian(*signal);
      }
    }
  }

  void pass_to_guardian(const sys::QueuedSignal& signal) {
    (void)link_->send(SignalRequest{signal.number, signal.from_kernel});
    // For the shell the job is this process: it is to see it stopped.
    if (signal.number == SIGTSTP) (void)::kill(::getpid(), SIGSTOP);
  }

  // All of the guardian's children are this process's now.
  core::Exit take_over() {
    while (::waitpid(guardian_, nullptr, 0) < 0 && errno == EINTR) {
    }
    scope_.take();
    const auto descendants = own_descendants();
    const Members members = [&] {
      const auto all = descendants();
      std::vector<sys::ProcessStat> own;
      std::ranges::copy_if(all, std::back_inserter(own),
                           [&](const auto& one) { return !is_foreign(one, all); });
      return own;
    };
    const auto grace = std::min<std::chrono::nanoseconds>(scope_.settings().kill_after, grace_without_owner);
    Ending ending{members, scope_.record().cgroup, grace};
    ending.ask(SIGTERM, core::now());
    const bool all_gone = end_all(ending, members, reap_all);
    if (!all_gone) scope_.keep();
    session_.report({"guardian", "was killed; all that it kept is ended", core::Exit::wrapper_failed});
    Account account;
    account.reason = Reason::keeper_killed;
    account.status = static_cast<int>(core::Exit::wrapper_failed);
    account.duration = core::now() - begun_;
    account.usage = scope_.noted_usage();
    if (all_gone) account.files = scope_.clear_files();
    scope_.note_exit(account.status, "killed");
    append_report(scope_.settings().report, account, scope_.record(), session_);
    return core::Exit::wrapper_failed;
  }

  // A child that this process had before it became proctrack (a shell's "exec proctrack run"), and what
  // descends from one.
  [[nodiscard]] bool is_foreign(const sys::ProcessStat& one, const std::vector<sys::ProcessStat>& all) const {
    if (std::ranges::find(foreign_, one.id) != foreign_.end()) return true;
    const auto parent = std::ranges::find(all, one.parent, [](const auto& other) { return other.id.pid; });
    return parent != all.end() && is_foreign(*parent, all);
  }

  // So that a shell sees that its user interrupted it, and ends its script.
  [[noreturn]] void die_of(int signal) {
    session_.close_output();
    (void)std::signal(signal, SIG_DFL);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    (void)::kill(::getpid(), signal);
    ::_exit(static_cast<int>(core::ended_by(signal)));
  }

  cli::Session& session_;
  sys::SignalQueue signals_{SIGTERM, SIGINT,  SIGHUP,  SIGQUIT,  SIGUSR1,
                            SIGUSR2, SIGCONT, SIGTSTP, SIGWINCH, SIGCHLD};
  Scope scope_;
  std::optional<KeeperLink> link_;
  std::vector<sys::ProcessId> foreign_;
  pid_t guardian_ = -1;
  core::Moment begun_ = core::now();
};

}  // namespace

core::Exit run_scope(const ScopeSettings& settings, Purpose purpose, cli::Session& session) {
  // Where it was ignored at the start there would be no status to wait for.
  (void)std::signal(SIGCHLD, SIG_DFL);
  session.never_wait_for_stderr();  // who keeps a scope has to act in time
  return Front{settings, std::move(purpose), session}.run();
}

}  // namespace longhaul::proctrack
