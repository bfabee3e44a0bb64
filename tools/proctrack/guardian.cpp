#include "guardian.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "base/duration.hpp"
#include "sys/cgroup.hpp"
#include "sys/spawn.hpp"

namespace longhaul::proctrack {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds first_look{20};
constexpr seconds slowest_look{5};
// How fast a passed limit is noticed where forks do not ask.
constexpr milliseconds look_to_warn{100};
constexpr milliseconds look_to_act{10};

// A signal to the group reaches both keepers at once; the front's word of it comes a little later.
constexpr milliseconds longest_between_keepers{200};

constexpr std::array ending_signals{SIGTERM, SIGINT, SIGHUP, SIGQUIT};

Moment now() { return std::chrono::steady_clock::now(); }

std::chrono::nanoseconds time_of(const timeval& time) {
  return seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

// In the child, before the command's program. Returns an errno.
int prepare_command(const Scope& scope, const ForkLimit* limit, sys::ForkGate* gate) {
  for (const auto& descriptor : scope.purpose().descriptors) {
    if (::fcntl(descriptor.get(), F_SETFD, 0) != 0) return errno;
  }
  const int nice = scope.settings().nice;
  if (nice != 0 && ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + nice) != 0) return errno;
  return limit == nullptr ? 0 : gate->install();
}

std::uint64_t living(const std::vector<sys::ProcessStat>& members) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(members, [](const auto& member) { return !member.has_ended(); }));
}

}  // namespace

Members own_descendants() {
  return [table = sys::ProcessTable{}, self = ::getpid()] { return table.descendants(self); };
}

Guardian::Guardian(Scope& scope, KeeperLink& front, sys::SignalQueue& signals, cli::Session& session)
    : scope_{scope}, front_{front}, signals_{signals}, session_{session}, members_{own_descendants()},
      watch_{members_, scope.record().id}, ending_{members_, scope.record().cgroup,
                                                   scope.settings().kill_after} {}

Outcome Guardian::run() {
  start();
  while (true) {
    reap();
    if (command_status_ && !all_gone_ && !ending_.has_begun()) begin_ending(Reason::exited, SIGTERM);
    if (command_status_ && (all_gone_ || ending_.gave_up())) break;
    check_timeout();
    look_if_due();
    wait_for_events();
  }
  take_signals();  // the one that the command may have died of
  settle();
  return outcome();
}

void Guardian::start() {
  const ScopeSettings& settings = scope_.settings();
  if (settings.max_processes != 0 && settings.on_limit == OnLimit::deny) {
    if (sys::ForkGate::is_supported()) {
      fork_limit_.emplace(settings.max_processes, members_);
    } else {
      session_.warn("--on-limit", "this kernel cannot refuse forks; the newest processes are ended instead");
    }
  }
  ForkLimit* limit = fork_limit_ ? &*fork_limit_ : nullptr;
  sys::ForkGate* gate = limit == nullptr ? nullptr : &limit->gate();
  const std::string& folder = scope_.record().cgroup;
  const core::Fd group = folder.empty() ? core::Fd{} : sys::Cgroup{folder}.open();
  begun_ = now();
  command_ = sys::spawn({.command = settings.command,
                         .environment = &scope_.environment(),
                         .signal_mask = &signals_.mask_at_start(),
                         .cgroup = group.get(),
                         .prepare = [&] { return prepare_command(scope_, limit, gate); }});
  scope_.close_descriptors();
  if (gate != nullptr && !gate->connect())
    throw core::Error{"--on-limit", "the filter of forks did not come up", core::Exit::wrapper_failed};
  look_interval_ = first_look;
  if (settings.max_processes != 0)
    look_interval_ = settings.on_limit == OnLimit::warn ? look_to_warn : look_to_act;
  next_look_ = begun_ + look_interval_;
}

// Until something happens, or something is due.
void Guardian::wait_for_events() {
  const auto moment = now();
  Moment until = next_look_;
  const auto timeout = scope_.settings().timeout;
  if (timeout.count() != 0 && !ending_.has_begun()) until = std::min(until, begun_ + timeout);
  if (const auto step = ending_.step(moment)) until = std::min(until, *step);
  if (ending_.is_killing() && fork_limit_) fork_limit_->refuse_all();
  if (next_answer_) until = std::min(until, *next_answer_);
  const auto wait = std::max(std::chrono::ceil<milliseconds>(until - moment), milliseconds{0});

  std::array<pollfd, 3> waiting{
      {{signals_.descriptor(), POLLIN, 0},
       {front_is_gone_ ? -1 : front_.descriptor(), POLLIN, 0},
       {fork_limit_ && !gate_is_over_ ? fork_limit_->gate().descriptor() : -1, POLLIN, 0}}};
  (void)::poll(waiting.data(), waiting.size(), static_cast<int>(wait.count()));
  if (waiting[2].revents != 0 || next_answer_) next_answer_ = fork_limit_->answer(now());
  if (waiting[2].revents != 0 && (waiting[2].revents & POLLIN) == 0) gate_is_over_ = true;
  take_signals();
  take_requests();
}

void Guardian::take_signals() {
  while (const auto signal = signals_.take()) {
    if (signal->number == SIGCHLD) continue;
    own_signals_[signal->number] = now();
    if (signal->from_kernel) terminal_signal_ = signal->number;
    if (front_is_gone_) pass_on({signal->number, false});
  }
}

void Guardian::take_requests() {
  if (front_is_gone_) return;
  while (const auto request = front_.receive<SignalRequest>()) pass_on(*request);
  if (!front_.is_over()) return;
  front_is_gone_ = true;
  if (ending_.is_killing()) return;
  const auto grace = std::min<std::chrono::nanoseconds>(scope_.settings().kill_after, grace_without_owner);
  ending_ = Ending{members_, scope_.record().cgroup, grace};
  begin_ending(Reason::keeper_killed, SIGTERM);
}

// A signal that was sent to the group has reached the guardian as well: the command has it then, and only
// those that left the group do not.
void Guardian::pass_on(SignalRequest request) {
  const int signal = request.number;
  if (request.from_kernel && signal != SIGHUP) {
    terminal_signal_ = signal;
    return;
  }
  const auto own = own_signals_.find(signal);
  const bool group_has_it =
      request.from_kernel || (own != own_signals_.end() && now() - own->second < longest_between_keepers);
  if (std::ranges::find(ending_signals, signal) != ending_signals.end()) {
    begin_ending(Reason::asked, signal, group_has_it);
  } else if (!group_has_it && !command_status_) {
    (void)::kill(command_, signal);
  }
}

void Guardian::begin_ending(Reason reason, int signal, bool group_has_it) {
  if (!ending_.has_begun() || account_.reason == Reason::exited) account_.reason = reason;
  if (reason == Reason::exited) account_.ended = living(members_());
  const pid_t group = ::getpgrp();
  ending_.ask(signal, now(), [&](const sys::ProcessStat& member) {
    return group_has_it && ::getpgid(member.id.pid) == group;
  });
}

void Guardian::reap() {
  while (true) {
    int wait_status = 0;
    struct rusage usage {};
    const pid_t pid = ::wait4(-1, &wait_status, WNOHANG, &usage);
    if (pid == 0) return;
    if (pid < 0) {
      all_gone_ = true;  // ECHILD: whatever descends from this process is a child of its, at the latest now
      return;
    }
    watch_.note_ended(pid);
    account_.largest_process =
        std::max(account_.largest_process, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
    if (pid == command_) {
      note_command_end(wait_status);
    } else {
      ++account_.orphans;
    }
  }
}

void Guardian::note_command_end(int wait_status) {
  command_signal_ = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  command_status_ =
      command_signal_ == 0 ? WEXITSTATUS(wait_status) : static_cast<int>(core::ended_by(command_signal_));
  // It was asked with INT or the like: what it left may not end by that.
  if (ending_.has_begun() && !ending_.is_killing()) ending_.ask(SIGTERM, now());
}

void Guardian::look_if_due() {
  const auto moment = now();
  if (moment < next_look_) return;
  const auto living = watch_.look(moment);
  for (const auto& stray : watch_.new_strays()) scope_.note_stray(stray);
  check_limit(living);
  if (scope_.settings().max_processes == 0 || fork_limit_) {
    look_interval_ = std::min<std::chrono::nanoseconds>(look_interval_ * 2, slowest_look);
    scope_.note_usage(watch_.usage());
  }
  next_look_ = moment + look_interval_;
}

void Guardian::check_limit(const std::vector<sys::ProcessStat>& living) {
  const auto most = scope_.settings().max_processes;
  if (fork_limit_ && fork_limit_->denied() != 0 && !over_limit_) {
    over_limit_ = true;
    session_.warn("--max-procs", std::to_string(most) + " processes: forks are refused");
  }
  if (most == 0 || living.size() <= most) {
    if (!fork_limit_) over_limit_ = false;
    return;
  }
  if (!over_limit_) {
    ++account_.limit_passed;
    session_.warn("--max-procs",
                  std::to_string(living.size()) + " processes, more than " + std::to_string(most));
  }
  over_limit_ = true;
  if (scope_.settings().on_limit == OnLimit::kill && !ending_.has_begun())
    begin_ending(Reason::over_limit, SIGTERM);
  if (scope_.settings().on_limit == OnLimit::deny) {
    for (auto newest = living.rbegin(); newest != living.rend() - static_cast<std::ptrdiff_t>(most); ++newest)
      (void)sys::send_signal(newest->id, SIGKILL);
  }
}

void Guardian::check_timeout() {
  const auto timeout = scope_.settings().timeout;
  if (timeout.count() == 0 || ending_.has_begun() || now() < begun_ + timeout) return;
  session_.report({scope_.settings().command.front(), "timed out after " + core::format_duration(timeout)});
  begin_ending(Reason::timed_out, SIGTERM);
}

Outcome Guardian::outcome() const {
  Outcome outcome{account_.status, 0};
  if (account_.reason == Reason::exited && command_signal_ != 0 && command_signal_ == terminal_signal_)
    outcome.terminal_signal = terminal_signal_;
  return outcome;
}

// When no process is left: what remains is files, and the account.
void Guardian::settle() {
  account_.status = command_status_.value_or(0);
  if (account_.reason == Reason::timed_out) account_.status = static_cast<int>(core::Exit::timed_out);
  if (account_.reason == Reason::over_limit) account_.status = static_cast<int>(core::ended_by(SIGKILL));
  account_.duration = now() - begun_;
  if (ending_.gave_up()) {
    session_.warn(scope_.record().id,
                  std::to_string(living(members_())) + " processes cannot be killed; left to proctrack gc");
    scope_.keep_record();
  } else {
    account_.files = scope_.clear_files();
    if (!account_.files.problem.empty()) session_.warn("temporary files", account_.files.problem);
  }
  struct rusage children {};
  ::getrusage(RUSAGE_CHILDREN, &children);
  account_.user_time = time_of(children.ru_utime);
  account_.system_time = time_of(children.ru_stime);
  account_.usage = watch_.usage();
  account_.usage.processes_peak = std::max<std::uint64_t>(account_.usage.processes_peak, 1);
  if (fork_limit_) {
    account_.started_is_exact = true;
    account_.usage.processes_started = fork_limit_->allowed() + 1;
    account_.forks_denied = fork_limit_->denied();
  }
  append_report(scope_.settings().report, account_, scope_.record(), session_);
}

}  // namespace longhaul::proctrack
