#include "hook.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "sys/spawn.hpp"

namespace longhaul::memwatch {
Hook::Hook(const Settings& settings, const Thresholds& thresholds, sys::MemoryTree& tree,
           RecordWriter& record, const sigset_t& mask, const struct rlimit& descriptors)
    : settings_{settings}, thresholds_{thresholds}, tree_{tree}, record_{record}, mask_{mask},
      descriptors_{descriptors} {}

Hook::~Hook() {
  if (running_ == 0) return;
  (void)::kill(-running_, SIGKILL);
  while (::waitpid(running_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Hook::enter(Level from, Level level, const Reading& reading, pid_t first, core::Moment now) {
  next_.reset();  // a later one counts
  const bool is_critical = level == Level::critical && (!settings_.on_critical.empty() || from != Level::ok);
  const Due due{.option = is_critical ? "on-critical" : "on-warning",
                .command = is_critical ? &settings_.on_critical : &settings_.on_warning,
                .level = level,
                .reading = reading,
                .first = first};
  if (due.command->empty()) return;
  if (running_ == 0) {
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
  if (running_ != 0) (void)::kill(-running_, SIGKILL);
}

void Hook::start(const Due& due, core::Moment now) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  const std::array<std::pair<std::string_view, std::string>, 6> numbers{{
      {"MEMWATCH_STATE", std::string{name_of(due.level)}},
      {"MEMWATCH_BYTES", std::to_string(due.reading.used)},
      {"MEMWATCH_BUDGET", std::to_string(thresholds_.budget)},
      {"MEMWATCH_PERCENT", std::to_string(thresholds_.percent(due.reading.used))},
      {"MEMWATCH_PROCESSES", std::to_string(due.reading.processes)},
      {"MEMWATCH_PID", std::to_string(due.first)},
  }};
  for (const auto& [name, value] : numbers) environment.push_back(std::string{name} + '=' + value);
  const std::vector<std::string> words{"sh", "-c", *due.command};
  try {
    // A group of its own: whatever it starts is ended with it. memwatch's early turn is not its.
    const core::Fd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const auto prepare = [this, &nothing] {
      const bool ready = ::setpgid(0, 0) == 0 && ::setpriority(PRIO_PROCESS, 0, nice_) == 0 &&
                         ::setrlimit(RLIMIT_NOFILE, &descriptors_) == 0 &&
                         ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 &&  // the record goes to standard output
                         ::dup2(nothing.get(), STDIN_FILENO) >= 0;     // and the input is the command's
      return ready ? 0 : errno;
    };
    running_ = sys::spawn(
        {.command = words, .environment = &environment, .signal_mask = &mask_, .prepare = prepare});
  } catch (const core::Error&) {
    record_.note_hook(due.option, static_cast<int>(core::Exit::wrapper_failed));
    return;
  }
  tree_.leave_out(running_);
  running_for_ = due.option;
  until_ = core::after(now, settings_.hook_timeout);
  ++runs_;
}

bool Hook::take_end(pid_t pid, core::Moment now) {
  if (pid != running_) return false;
  (void)::kill(-running_,
               SIGKILL);  // what it left in its group, whose number is its own until it is waited for
  int wait_status = 0;
  (void)::waitpid(running_, &wait_status, 0);
  tree_.no_longer_leave_out(running_);
  running_ = 0;
  const int status = WIFSIGNALED(wait_status) ? static_cast<int>(core::ended_by(WTERMSIG(wait_status)))
                                              : WEXITSTATUS(wait_status);
  record_.note_hook(running_for_, status);
  if (next_) start(*std::exchange(next_, std::nullopt), now);
  return true;
}

void Hook::check_time(core::Moment now) {
  if (running_ == 0 || now < until_) return;
  (void)::kill(-running_, SIGKILL);
  until_ = core::after(now, settings_.hook_timeout);
}

std::optional<core::Moment> Hook::deadline() const {
  return running_ == 0 ? std::nullopt : std::optional{until_};
}

}  // namespace longhaul::memwatch
