#include "alert.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/moment.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/spawn.hpp"

namespace longhaul::healthcheck {
namespace {

Level told_last(const History& history) {
  return history.alerts().empty() ? Level::ok : history.alerts().back().to;
}

std::vector<std::string> environment_of(Level from, Level to, const Report& report) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  const auto add = [&](std::string_view name, std::string_view value) {
    environment.push_back(std::string{name} + '=' + std::string{value});
  };
  add("HEALTH_FROM", name_of(from));
  add("HEALTH", name_of(to));
  add("THROTTLE", std::to_string(report.advice.throttle));
  add("MAX_AGENTS", std::to_string(report.advice.agents));
  add("DELAY", std::to_string(report.advice.delay));
  add("RECOMMENDATION", name_of(report.advice.remedy));
  add("REASON", report.advice.because);
  add("COMMAND", report.advice.command);
  add("SUMMARY", summary_of(report));
  return environment;
}

int wait_for(pid_t pid, core::Moment until) {
  const core::Fd process = sys::open_process(pid);
  pollfd ended{process.get(), POLLIN, 0};
  while (process && core::now() < until && ::poll(&ended, 1, core::poll_time(core::now(), until)) <= 0) {
  }
  const bool is_late = process && core::now() >= until;
  (void)::kill(-pid, SIGKILL);  // what it left running goes with it
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (is_late) return static_cast<int>(core::Exit::timed_out);
  return WIFSIGNALED(status) ? static_cast<int>(core::ended_by(WTERMSIG(status))) : WEXITSTATUS(status);
}

}  // namespace

std::optional<Level> change_of(const History& history, const Confirmation& confirmation) {
  std::vector<Level> latest;
  const auto& samples = history.samples();
  for (auto sample = samples.rbegin(); sample != samples.rend() && latest.size() < confirmation.of;
       ++sample) {
    if (sample->level != Level::unknown) latest.push_back(sample->level);
  }
  const auto at_least = [&](Level level) {
    return std::ranges::count_if(latest, [&](Level one) { return one >= level; });
  };
  const auto at_most = [&](Level level) {
    return std::ranges::count_if(latest, [&](Level one) { return one <= level; });
  };
  const auto needed = static_cast<std::ptrdiff_t>(confirmation.needed);
  const Level told = told_last(history);
  for (const auto level : {Level::critical, Level::warning}) {
    if (level > told && at_least(level) >= needed) return level;
  }
  for (const auto level : {Level::ok, Level::warning}) {
    if (level < told && at_most(level) >= needed) return level;
  }
  return std::nullopt;
}

void tell(const Hooks& hooks, Level from, Level to, const Report& report) {
  const std::string& command = to == Level::critical  ? hooks.on_critical
                               : to == Level::warning ? hooks.on_warning
                                                      : hooks.on_recover;
  if (command.empty()) return;
  const auto environment = environment_of(from, to, report);
  const std::array<std::string, 3> words{"sh", "-c", command};
  const core::Fd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const pid_t pid = sys::spawn({.command = words, .environment = &environment, .prepare = [&] {
                                  const bool ready = ::setpgid(0, 0) == 0 &&
                                                     ::dup2(nothing.get(), STDIN_FILENO) >= 0 &&
                                                     ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
                                  return ready ? 0 : errno;
                                }});
  const int status = wait_for(pid, core::after(core::now(), hooks.timeout));
  const std::string option = to == Level::ok ? "--on-recover" : "--on-" + std::string{name_of(to)};
  if (status == static_cast<int>(core::Exit::timed_out))
    throw core::Error{option, "the command did not end in time"};
  if (status != 0) throw core::Error{option, "the command ended with status " + std::to_string(status)};
}

}  // namespace longhaul::healthcheck
