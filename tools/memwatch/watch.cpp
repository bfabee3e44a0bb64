#include "watch.hpp"

#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "base/size.hpp"
#include "cli/rollout.hpp"
#include "hard_limit.hpp"
#include "hook.hpp"
#include "meter.hpp"
#include "node_options.hpp"
#include "pace.hpp"
#include "reaction.hpp"
#include "record.hpp"
#include "signal_name.hpp"
#include "state_file.hpp"
#include "sys/memory_pressure.hpp"
#include "sys/process_table.hpp"
#include "sys/signal_queue.hpp"
#include "sys/spawn.hpp"
#include "target.hpp"

namespace longhaul::memwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A short command is gone before it would matter.
constexpr milliseconds before_first_look{2};
constexpr milliseconds before_settling{300};
constexpr seconds between_trend_samples{1};
constexpr milliseconds worrying_stall{150};  // of tasks that wait for memory, within a second

RecordWriter::Sink sink_of(const Settings& settings, bool shadow) {
  if (shadow) return RecordWriter::Sink::nothing;
  if (!settings.log.empty()) return RecordWriter::Sink::file;
  return settings.command.empty() ? RecordWriter::Sink::standard_output : RecordWriter::Sink::changes_only;
}

void warn_of_large_budget(std::uint64_t budget, cli::Session& session) {
  const auto total = sys::glance_at_machine().total;
  if (budget > total)
    session.warn("--budget", core::format_size(budget) + " is more than the machine has (" +
                                 core::format_size(total) + ")");
}

// A descriptor is kept for each process that is watched.
struct rlimit raise_descriptor_limit() {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return limit;
  const struct rlimit all { limit.rlim_max, limit.rlim_max };
  (void)::setrlimit(RLIMIT_NOFILE, &all);
  return limit;
}

std::vector<std::string> environment_with(const std::string& name, const std::string& value) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view{*variable}.starts_with(name + '=')) variables.emplace_back(*variable);
  }
  variables.push_back(name + '=' + value);
  return variables;
}

class Watch {
 public:
  Watch(const Settings& settings, cli::Session& session, const Settings* shadow)
      : settings_{settings}, session_{session}, shadow_{shadow},
        thresholds_{Thresholds::of(settings.budget, settings.warning, settings.critical)},
        target_{settings.command.empty() ? find_target(settings, tree_) : Target{}},
        meter_{tree_, settings.metric, target_.group, thresholds_}, pace_{thresholds_, settings.interval},
        record_{settings, meter_.metric(), thresholds_, sink_of(settings, shadow != nullptr), session},
        reaction_{settings, thresholds_, tree_, record_},
        hook_{settings, thresholds_, tree_, record_, signals_.mask_at_start(), descriptors_},
        state_file_{settings.state_file, thresholds_} {
    record_.set_tree(tree_);
  }

  core::Exit run() {
    warn_of_large_budget(settings_.budget, session_);
    if (settings_.hard) limit_.emplace(settings_, target_, tree_);
    if (!settings_.command.empty()) start_command();
    reaction_.set_first(target_.first);
    while (!has_ended()) {
      const auto now = core::now();
      if (now >= next_look_) look(now);
      if (!is_settled_ && now >= begun_ + before_settling) settle();
      wait_for_events(core::now());
    }
    return finish();
  }

 private:
  void start_command() {
    // Nothing that is not seen can be kept within a budget; in shadow nothing is.
    if (shadow_ == nullptr) sys::require_proc();
    (void)::prctl(PR_SET_CHILD_SUBREAPER, 1);  // what loses its parent is still of the job
    const core::Fd group = limit_ ? limit_->open_members() : core::Fd{};
    std::vector<std::string> environment;
    if (settings_.node) {
      const char* before = std::getenv("NODE_OPTIONS");
      environment =
          environment_with("NODE_OPTIONS", node_options(before == nullptr ? "" : before, settings_.budget,
                                                        settings_.node_processes));
    }
    command_ = sys::spawn({.command = settings_.command,
                           .environment = settings_.node ? &environment : nullptr,
                           .signal_mask = &signals_.mask_at_start(),
                           .prepare = [&] {
                             if (::setrlimit(RLIMIT_NOFILE, &descriptors_) != 0) return errno;
                             return !group || ::write(group.get(), "0", 1) == 1 ? 0 : errno;
                           }});
    tree_.adopt_children_of(::getpid());
    // One that has ended already is told by its status.
    if (tree_.add(command_)) target_.first = tree_.members().front().id;
    next_look_ = core::now() + before_first_look;
  }

  // What a short command need not pay for. What the machine cannot give when it is needed is taken now:
  // memory (heap that is free stays, so that nothing has to be asked for again) and, where this user may, an
  // early turn on a processor.
  void settle() {
    is_settled_ = true;
    (void)::mlockall(MCL_CURRENT);
    constexpr int sooner = -10;
    (void)::setpriority(PRIO_PROCESS, 0, sooner);
    pressure_ = sys::watch_memory_pressure(worrying_stall);
  }

  void look(core::Moment now) {
    if (target_.group) tree_.replace(target_.group->members());
    auto reading = meter_.read(now);
    // What the sum of private memory claims is made sure of before anybody is told.
    if (reading.error != 0 && thresholds_.next_level(level_, reading.used) > level_)
      reading = meter_.measure(sys::MemoryTree::Which::unmeasured);
    wait_ = pace_.wait(now, reading.used);
    note_time(now);
    ++summary_.looks;
    summary_.peak = std::max(summary_.peak, reading.used);
    summary_.peak_processes = std::max(summary_.peak_processes, reading.processes);
    const Level next = thresholds_.next_level(level_, reading.used);
    if (next != level_) change_level(next, reading, now);
    const bool at_once = reaction_.act(level_, reading, now);
    if (tree_.is_full() && !is_told_full_)
      session_.warn("too many processes", "8192 are watched, and no more");
    is_told_full_ = is_told_full_ || tree_.is_full();
    if (limit_) note_kernel_kills(reading);
    if (now >= next_trend_sample_) {
      trend_.add({std::chrono::duration<double>{now - begun_}.count(), static_cast<double>(reading.used)});
      next_trend_sample_ = now + between_trend_samples;
    }
    state_file_.update(level_, reading, now);
    record_.note_sample(reading, level_, trend_, now);
    if (record_.output_failed()) lose_reader();
    next_look_ = at_once ? now : now + wait_;
  }

  void note_time(core::Moment now) {
    summary_.time[static_cast<std::size_t>(level_)] += now - level_since_;
    level_since_ = now;
  }

  void change_level(Level next, const Reading& reading, core::Moment now) {
    const Level from = level_;
    const bool rises = next > from;
    record_.note_change(from, next, reading, pace_.growth().last_per_second());
    level_ = next;
    if (!rises) return hook_.leave(next);
    ++summary_.entered[static_cast<std::size_t>(next)];
    if (!settings_.signal_warning.empty() && target_.first.pid != 0 &&
        sys::send_signal(target_.first, *signal_of(settings_.signal_warning)))
      ++summary_.signals;
    hook_.enter(from, next, reading, target_.first.pid, now);
  }

  void note_kernel_kills(const Reading& reading) {
    const auto kills = limit_->kernel_kills();
    if (kills > summary_.kernel_kills) record_.note_kernel_kill(reading);
    summary_.kernel_kills = kills;
  }

  void wait_for_events(core::Moment now) {
    auto until = next_look_;
    if (!is_settled_) until = std::min(until, begun_ + before_settling);
    for (const auto& deadline : {reaction_.deadline(), hook_.deadline()}) {
      if (deadline) until = std::min(until, *deadline);
    }
    // A reader of the record that goes away is told as an error of the pipe.
    const int reader = record_.goes_to_output() ? STDOUT_FILENO : -1;
    std::array<pollfd, 5> waiting{{{signals_.descriptor(), POLLIN, 0},
                                   {pressure_.get(), POLLPRI, 0},
                                   {reaction_.descriptor(), POLLIN, 0},
                                   {reader, 0, 0},
                                   {limit_ ? limit_->descriptor() : -1, POLLIN | POLLPRI, 0}}};
    const auto time = core::wait_time(now, until);
    // Hour after hour nothing happens: that is to cost next to nothing.
    while (::ppoll(waiting.data(), waiting.size(), &time, nullptr) == 0 && may_glance() &&
           meter_.is_quiet()) {
    }
    if (waiting[0].revents != 0) take_signals();
    if ((waiting[3].revents & (POLLERR | POLLHUP)) != 0) lose_reader();
    // The machine runs short, the victim is gone, the kernel meets its limit: not the time to wait.
    if ((waiting[1].revents & POLLPRI) != 0 || waiting[2].revents != 0 || waiting[4].revents != 0)
      next_look_ = core::now();
    if (waiting[4].revents != 0) limit_->take_event();
    if ((waiting[1].revents & (POLLERR | POLLNVAL)) != 0) pressure_.reset();
    const auto woken = core::now();
    if (const auto deadline = reaction_.deadline(); deadline && woken >= *deadline) next_look_ = woken;
    hook_.check_time(woken);
  }

  // Who only tells is of no use without a reader; who guards goes on.
  void lose_reader() {
    const bool guards = settings_.action != Action::none || !settings_.on_warning.empty() ||
                        !settings_.on_critical.empty() || !settings_.signal_warning.empty() ||
                        !settings_.state_file.empty() || settings_.hard;
    if (!guards) throw cli::ReaderGone{};
    record_.lose_output();
  }

  // Whether a glance at the machine may do for a look.
  [[nodiscard]] bool may_glance() const {
    return is_settled_ && level_ == Level::ok && wait_ >= settings_.interval / 2 && !hook_.deadline();
  }

  void take_signals() {
    while (const auto signal = signals_.take()) {
      if (signal->number == SIGCHLD) {
        reap();
        continue;
      }
      const bool command_runs = command_ != 0 && !status_;
      // The terminal's reach the command by themselves, and it may go on.
      if (command_runs && signal->from_kernel) continue;
      if (asks_to_end(signal->number)) ended_by_ = signal->number;
      if (command_runs) (void)::kill(command_, signal->number);
    }
  }

  // A command may take a hangup for the wish to begin anew.
  [[nodiscard]] bool asks_to_end(int signal) const {
    return signal != SIGUSR1 && signal != SIGUSR2 &&
           (signal != SIGHUP || settings_.command.empty() || status_);
  }

  void reap() {
    siginfo_t ended{};
    while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) {
      if (!hook_.take_end(ended.si_pid, core::now())) {
        int wait_status = 0;
        (void)::waitpid(ended.si_pid, &wait_status, 0);
        if (ended.si_pid == command_)
          status_ = WIFSIGNALED(wait_status) ? core::ended_by(WTERMSIG(wait_status))
                                             : static_cast<core::Exit>(WEXITSTATUS(wait_status));
      }
      ended = {};
    }
  }

  [[nodiscard]] bool has_ended() const {
    if (!settings_.command.empty()) return status_.has_value();
    if (ended_by_ != 0) return true;
    // A group may be empty at first.
    return tree_.members().empty() &&
           (!target_.group || summary_.peak_processes != 0 || !target_.group->working_set());
  }

  // The user's command is to come to its end, within its time.
  void wait_for_hook() {
    while (const auto deadline = hook_.deadline()) {
      if (ended_by_ != 0) hook_.end();  // nobody wants it any more
      pollfd waiting{signals_.descriptor(), POLLIN, 0};
      (void)::poll(&waiting, 1, core::poll_time(core::now(), *deadline));
      take_signals();
      hook_.check_time(core::now());
    }
  }

  core::Exit finish() {
    note_time(core::now());
    wait_for_hook();
    summary_.hooks = hook_.runs();
    summary_.pauses = reaction_.pauses();
    summary_.victims = reaction_.victims();
    if (limit_) summary_.kernel_kills = limit_->kernel_kills();
    summary_.dropped_lines = record_.dropped_lines();
    summary_.trend = trend_;
    record_.note_end(summary_);
    if (shadow_ != nullptr) cli::record_shadow(session_, json_of_shadow(summary_, *shadow_, meter_.metric()));
    if (status_) return *status_;
    if (ended_by_ != 0) return core::ended_by(ended_by_);
    return shadow_ == nullptr && summary_.peak > settings_.budget ? core::Exit::finding : core::Exit::ok;
  }

  const Settings& settings_;
  cli::Session& session_;
  const Settings* shadow_;  // what would have been done; null where it is
  Thresholds thresholds_;
  sys::SignalQueue signals_{SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD};
  struct rlimit descriptors_ = raise_descriptor_limit();  // as they were
  sys::MemoryTree tree_;
  Target target_;
  Meter meter_;
  Pace pace_;
  RecordWriter record_;
  Reaction reaction_;
  Hook hook_;
  StateFile state_file_;
  std::optional<HardLimit> limit_;
  core::Fd pressure_;
  metrics::Trend trend_;
  Summary summary_;

  pid_t command_ = 0;
  std::optional<core::Exit> status_;
  int ended_by_ = 0;
  bool is_settled_ = false;
  bool is_told_full_ = false;
  Level level_ = Level::ok;
  core::Moment begun_ = core::now();
  core::Moment level_since_ = begun_;
  core::Moment next_look_ = begun_;
  std::chrono::nanoseconds wait_{0};
  core::Moment next_trend_sample_ = begun_;
};

// In a shadow nothing is done.
Settings without_effects(Settings settings) {
  settings.action = Action::none;
  settings.protect.clear();
  settings.on_warning.clear();
  settings.on_critical.clear();
  settings.signal_warning.clear();
  settings.state_file.clear();
  settings.log.clear();
  settings.hard = false;
  settings.node = false;
  return settings;
}

}  // namespace

core::Exit watch(const Settings& settings, cli::Session& session, bool shadow) {
  constexpr int slack = 256 * 1024;
  (void)::mallopt(M_TOP_PAD, slack);
  (void)::mallopt(M_TRIM_THRESHOLD, 4 * slack);
  (void)std::signal(SIGCHLD,
                    SIG_DFL);  // where it was ignored at the start there would be no status to wait for
  session.never_wait_for_stderr();
  const Settings used = shadow ? without_effects(settings) : settings;
  return Watch{used, session, shadow ? &settings : nullptr}.run();
}

}  // namespace longhaul::memwatch
