#include "guardian.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "base/duration.hpp"
#include "sys/cgroup.hpp"
#include "sys/spawn.hpp"

namespace longhaul::proctrack {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds first_look{20};
constexpr std::chrono::nanoseconds slowest_look = seconds{5};
// How fast a passed limit is noticed where forks do not ask.
constexpr milliseconds count_to_warn{100};
constexpr milliseconds count_to_act{10};

// A signal to the group reaches both keepers at once; the front's word of it comes a little later.
constexpr milliseconds longest_between_keepers{200};

constexpr std::array ending_signals{SIGTERM, SIGINT, SIGHUP, SIGQUIT};

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

std::vector<sys::ProcessStat> living(std::vector<sys::ProcessStat> members) {
  std::erase_if(members, [](const auto& member) { return member.has_ended(); });
  return members;
}

// "12, 34 and 5 more"
std::string numbers_of(const std::vector<sys::ProcessStat>& processes) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t at = 0; at < std::min(most, processes.size()); ++at)
    text.append(at == 0 ? "" : ", ").append(std::to_string(processes[at].id.pid));
  if (processes.size() > most) text += " and " + std::to_string(processes.size() - most) + " more";
  return text;
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
    if ((command_status_ && all_gone_) || ending_.gave_up()) break;
    check_timeout();
    look_if_due();
    count_if_due();
    wait_for_events();
  }
  take_signals();  // the one that the command may have died of
  settle();
  return outcome();
}

void Guardian::start() {
  const ScopeSettings& settings = scope_.settings();
  const bool may_deny = settings.max_processes != 0 && settings.on_limit == OnLimit::deny;
  if (may_deny && sys::ForkGate::is_supported()) fork_limit_.emplace(settings.max_processes, members_);
  ForkLimit* limit = fork_limit_ ? &*fork_limit_ : nullptr;
  sys::ForkGate* gate = limit == nullptr ? nullptr : &limit->gate();
  const std::string& folder = scope_.record().cgroup;
  const core::Fd group = folder.empty() ? core::Fd{} : sys::Cgroup{folder}.open();
  if (!folder.empty() && !group)
    throw core::Error{folder, core::reason_of(errno), core::Exit::wrapper_failed};
  begun_ = core::now();
  command_ = sys::spawn({.command = settings.command,
                         .environment = &scope_.environment(),
                         .signal_mask = &signals_.mask_at_start(),
                         .cgroup = group.get(),
                         .prepare = [&] { return prepare_command(scope_, limit, gate); }});
  scope_.close_descriptors();
  if (gate != nullptr && !gate->connect()) fork_limit_.reset();
  if (may_deny && !fork_limit_)
    session_.warn("--on-limit", "forks cannot be refused here: this kernel has no means, or a scope around "
                                "this one refuses them; the newest processes are ended instead");
  look_interval_ = first_look;
  next_look_ = begun_ + look_interval_;
  if (settings.max_processes != 0) next_count_ = begun_;
}

// Until something happens, or something is due.
void Guardian::wait_for_events() {
  const auto moment = core::now();
  core::Moment until = std::min(next_look_, next_count_);
  const auto timeout = scope_.settings().timeout;
  if (timeout.count() != 0 && !ending_.has_begun()) until = std::min(until, core::after(begun_, timeout));
  if (const auto step = ending_.step(moment)) until = std::min(until, *step);
  if (ending_.is_killing() && fork_limit_) fork_limit_->refuse_all();
  if (next_answer_) until = std::min(until, *next_answer_);

  std::array<pollfd, 3> waiting{
      {{signals_.descriptor(), POLLIN, 0},
       {front_is_gone_ ? -1 : front_.descriptor(), POLLIN, 0},
       {fork_limit_ && !gate_is_over_ ? fork_limit_->gate().descriptor() : -1, POLLIN, 0}}};
  (void)::poll(waiting.data(), waiting.size(), core::poll_time(moment, until));
  if (waiting[2].revents != 0 || next_answer_) next_answer_ = fork_limit_->answer(core::now());
  if (waiting[2].revents != 0 && (waiting[2].revents & POLLIN) == 0) gate_is_over_ = true;
  take_signals();
  take_requests();
}

void Guardian::take_signals() {
  while (const auto signal = signals_.take()) {
    if (signal->number == SIGCHLD) continue;
    own_signals_[signal->number] = core::now();
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
  const bool group_has_it = request.from_kernel || (own != own_signals_.end() &&
                                                    core::now() - own->second < longest_between_keepers);
  if (std::ranges::find(ending_signals, signal) != ending_signals.end()) {
    begin_ending(Reason::asked, signal, group_has_it);
  } else if (!group_has_it && !command_status_) {
    (void)::kill(command_, signal);
  }
}

void Guardian::begin_ending(Reason reason, int signal, bool group_has_it) {
  if (!ending_.has_begun() || account_.reason == Reason::exited) account_.reason = reason;
  if (reason == Reason::exited) account_.ended = living(members_()).size();
  const pid_t group = ::getpgrp();
  ending_.ask(signal, core::now(), [&](const sys::ProcessStat& member) {
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
  command_ended_ = core::now();
  ended_by_itself_ = !ending_.has_begun();
  // It was asked with INT or the like: what it left may not end by that.
  if (ending_.has_begun() && !ending_.is_killing()) ending_.ask(SIGTERM, core::now());
}

void Guardian::look_if_due() {
  const auto moment = core::now();
  if (moment < next_look_) return;
  watch_.look(moment);
  if (watch_.strays_changed()) scope_.note_strays(watch_.strays());
  scope_.note_usage(watch_.usage());
  look_interval_ = std::min(look_interval_ * 2, slowest_look);
  next_look_ = moment + look_interval_;
}

void Guardian::count_if_due() {
  const auto moment = core::now();
  if (moment < next_count_) return;
  auto members = living(members_());
  watch_.note_living(members.size());
  check_limit(std::move(members));
  next_count_ = moment + (scope_.settings().on_limit == OnLimit::warn ? count_to_warn : count_to_act);
}

void Guardian::check_limit(std::vector<sys::ProcessStat> living) {
  const auto most = scope_.settings().max_processes;
  const auto on_limit = scope_.settings().on_limit;
  const auto count = living.size();
  const bool refused = fork_limit_ && fork_limit_->denied() != 0;
  const bool was_over = std::exchange(over_limit_, count > most || refused);
  if (count > most && on_limit == OnLimit::kill && !ending_.has_begun()) {
    begin_ending(Reason::over_limit, SIGTERM);
    ending_.kill_from(core::now());  // what forks on would use its grace period for more
    (void)ending_.step(core::now());
  }
  if (count > most && on_limit == OnLimit::deny) {
    std::ranges::sort(living, [](const auto& one, const auto& other) { return one.id < other.id; });
    for (auto newest = living.rbegin(); newest != living.rend() - static_cast<std::ptrdiff_t>(most); ++newest)
      (void)sys::send_signal(newest->id, SIGKILL);
  }
  if (!over_limit_ || was_over) return;
  if (count > most) ++account_.limit_passed;
  session_.warn("--max-procs", count > most
                                   ? std::to_string(count) + " processes, more than " + std::to_string(most)
                                   : std::to_string(most) + " processes: forks are refused");
}

void Guardian::check_timeout() {
  const auto timeout = scope_.settings().timeout;
  if (timeout.count() == 0 || ending_.has_begun() || core::now() < core::after(begun_, timeout)) return;
  begin_ending(Reason::timed_out, SIGTERM);
  session_.report({scope_.settings().command.front(), "timed out after " + core::format_duration(timeout)});
}

Outcome Guardian::outcome() const {
  Outcome outcome{account_.status, 0};
  if (account_.reason == Reason::exited && command_signal_ != 0 && command_signal_ == terminal_signal_)
    outcome.terminal_signal = terminal_signal_;
  return outcome;
}

// By a signal to the command's group, of which the front's word comes too late, or none where it is the
// terminal's.
bool Guardian::group_was_asked() const {
  return std::ranges::any_of(ending_signals, [&](int signal) {
    const auto own = own_signals_.find(signal);
    if (own == own_signals_.end()) return false;
    return signal == command_signal_ ||
           std::chrono::abs(command_ended_ - own->second) < longest_between_keepers;
  });
}

// What the command did by itself counts, whatever befell the rest of the scope later.
void Guardian::note_exit() const {
  if (ended_by_itself_) {
    const auto* const ending = command_signal_ == 0 ? "exited" : "signal";
    return scope_.note_exit(account_.status, group_was_asked() ? "stopped" : ending);
  }
  switch (account_.reason) {
    case Reason::asked: return scope_.note_exit(account_.status, "stopped");
    case Reason::timed_out: return scope_.note_exit(account_.status, "timeout");
    // The front, which the caller waits for, has ended so.
    case Reason::keeper_killed: return scope_.note_exit(static_cast<int>(core::ended_by(SIGKILL)), "killed");
    case Reason::exited:
    case Reason::over_limit: return scope_.note_exit(account_.status, "killed");
  }
}

// When no process is left: what remains is files, and the account.
void Guardian::settle() {
  account_.status = command_status_.value_or(static_cast<int>(core::Exit::wrapper_failed));
  if (account_.reason == Reason::timed_out) account_.status = static_cast<int>(core::Exit::timed_out);
  if (account_.reason == Reason::over_limit) account_.status = static_cast<int>(core::ended_by(SIGKILL));
  account_.duration = core::now() - begun_;
  if (ending_.gave_up()) {
    session_.warn(scope_.record().id, "processes that cannot be killed are left to proctrack gc: " +
                                          numbers_of(living(members_())));
    scope_.keep();
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
  note_exit();
}

}  // namespace longhaul::proctrack
