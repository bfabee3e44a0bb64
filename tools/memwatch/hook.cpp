#include "hook.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace longhaul::memwatch {
Hook::Hook(const Settings& settings, const Thresholds& thresholds, sys::MemoryTree& tree,
           RecordWriter& record, const sigset_t& mask, const struct rlimit& descriptors)
    : settings_{settings}, thresholds_{thresholds}, tree_{tree}, record_{record}, mask_{mask},
      descriptors_{descriptors} {}

void Hook::enter(Level from, Level level, const Reading& reading, pid_t first, core::Moment now) {
  next_.reset();  // a later one counts
  const bool is_critical = level == Level::critical && (!settings_.on_critical.empty() || from != Level::ok);
  const Due due{.option = is_critical ? "on-critical" : "on-warning",
                .command = is_critical ? &settings_.on_critical : &settings_.on_warning,
                .level = level,
                .reading = reading,
                .first = first};
  if (due.command->empty()) return;
  if (!running_) {
    start(due, now);
  } else {
    next_ = due;
  }
}

void Hook::leave(Level level) {
  if (next_ && level < next_->level) next_.reset();
}

void Hook::end() {
  next_.reset();
  if (running_) running_->kill();
}

void Hook::start(const Due& due, core::Moment now) {
  const auto environment = sys::environment_with({
      "MEMWATCH_STATE=" + std::string{name_of(due.level)},
      "MEMWATCH_BYTES=" + std::to_string(due.reading.used),
      "MEMWATCH_BUDGET=" + std::to_string(thresholds_.budget),
      "MEMWATCH_PERCENT=" + std::to_string(thresholds_.percent(due.reading.used)),
      "MEMWATCH_PROCESSES=" + std::to_string(due.reading.processes),
      "MEMWATCH_PID=" + std::to_string(due.first),
  });
  // memwatch's early turn is not its, and the record goes to standard output.
  const auto prepare = [this] {
    const bool ready =
        ::setpriority(PRIO_PROCESS, 0, nice_) == 0 && ::setrlimit(RLIMIT_NOFILE, &descriptors_) == 0;
    return ready ? 0 : errno;
  };
  try {
    running_.emplace(sys::ShellCommand{
        .text = *due.command, .environment = &environment, .signal_mask = &mask_, .prepare = prepare});
  } catch (const core::Error&) {
    record_.note_hook(due.option, static_cast<int>(core::Exit::wrapper_failed));
    return;
  }
  tree_.leave_out(running_->pid());
  running_for_ = due.option;
  until_ = core::after(now, settings_.hook_timeout);
  ++runs_;
}

bool Hook::take_end(pid_t pid, core::Moment now) {
  if (!running_ || pid != running_->pid()) return false;
  const int status = running_->reap();
  running_.reset();
  tree_.no_longer_leave_out(pid);
  record_.note_hook(running_for_, status);
  if (next_) start(*std::exchange(next_, std::nullopt), now);
  return true;
}

void Hook::check_time(core::Moment now) {
  if (!running_ || now < until_) return;
  running_->kill();
  until_ = core::after(now, settings_.hook_timeout);
}

std::optional<core::Moment> Hook::deadline() const { return running_ ? std::optional{until_} : std::nullopt; }

}  // namespace longhaul::memwatch
