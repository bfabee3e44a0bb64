#include "sys/command_group.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/spawn.hpp"

namespace longhaul::sys {
namespace {

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

}  // namespace

std::vector<std::string> environment_with(std::vector<std::string> more) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  std::move(more.begin(), more.end(), std::back_inserter(environment));
  return environment;
}

CommandGroup::CommandGroup(const ShellCommand& what) {
  const core::Fd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const std::array<std::string, 3> words{"/bin/sh", "-c", what.text};
  const auto prepare = [&] {
    const bool ready = ::setpgid(0, 0) == 0 && ::dup2(what.output, STDOUT_FILENO) >= 0 &&
                       ::dup2(nothing.get(), STDIN_FILENO) >= 0;
    if (!ready) return errno;
    return what.prepare ? what.prepare() : 0;
  };
  pid_ = spawn({.command = words,
                .environment = what.environment,
                .signal_mask = what.signal_mask,
                .prepare = prepare});
}

CommandGroup::CommandGroup(CommandGroup&& other) noexcept : pid_{std::exchange(other.pid_, 0)} {}

CommandGroup& CommandGroup::operator=(CommandGroup&& other) noexcept {
  if (pid_ != 0 && this != &other) (void)reap();
  pid_ = std::exchange(other.pid_, 0);
  return *this;
}

CommandGroup::~CommandGroup() {
  if (pid_ != 0) (void)reap();
}

bool CommandGroup::wait(core::Moment until, int interrupt) const {
  // Where the kernel has no descriptors for processes it is looked for now and then.
  constexpr std::chrono::milliseconds between_looks{5};
  const core::Fd process = open_process(pid_);
  while (!has_ended(pid_)) {
    const auto now = core::now();
    if (now >= until) return false;
    const auto next = process ? until : std::min(until, core::after(now, between_looks));
    std::array<pollfd, 2> awaited{{{process.get(), POLLIN, 0}, {interrupt, POLLIN, 0}}};
    (void)::poll(awaited.data(), awaited.size(), core::poll_time(now, next));
    if (awaited[1].revents != 0) return false;
  }
  return true;
}

void CommandGroup::kill() const { (void)::kill(-pid_, SIGKILL); }

int CommandGroup::reap() {
  kill();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFSIGNALED(status) ? static_cast<int>(core::ended_by(WTERMSIG(status))) : WEXITSTATUS(status);
}

}  // namespace longhaul::sys
