#include "sys/spawn.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "sys/execute.hpp"
#include "sys/signals.hpp"

namespace longhaul::sys {
namespace {

struct Failure {
  bool of_exec = false;  // the program's fault, and not ours
  int error_number = 0;
};

[[noreturn]] void fail(const std::string& command, int error_number) {
  throw core::Error{command, core::reason_of(error_number), core::Exit::wrapper_failed};
}

// In the child: moves itself into the group. Returns an errno.
int join(int cgroup) {
  const int members = ::openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  return members >= 0 && ::write(members, "0", 1) == 1 ? 0 : errno;
}

// In the child. execvpe and not posix_spawnp: as every shell does, it runs a script without a "#!" line with
// sh.
Failure become(const Spawn& what, char* const* arguments, char* const* environment) {
  restore_write_signals();
  if (what.signal_mask != nullptr) ::sigprocmask(SIG_SETMASK, what.signal_mask, nullptr);
  if (const int failed = what.prepare ? what.prepare() : 0; failed != 0) return {false, failed};
  ::execvpe(arguments[0], arguments, environment);
  return {true, errno};
}

// fork(), into a control group; -1 and errno where the kernel cannot do that (before Linux 5.7, or a filter
// of system calls).
pid_t fork_into(int cgroup) {
  clone_args arguments{};
  arguments.flags = CLONE_INTO_CGROUP;
  arguments.exit_signal = SIGCHLD;
  arguments.cgroup = static_cast<std::uint64_t>(cgroup);
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

[[noreturn]] void give_up(const Failure& failure, int report_to) {
  core::try_write_all(report_to, {reinterpret_cast<const char*>(&failure), sizeof failure});
  ::_exit(static_cast<int>(core::Exit::wrapper_failed));
}

[[noreturn]] void run_child(const Spawn& what, char* const* arguments, char* const* environment,
                            int report_to) {
  give_up(become(what, arguments, environment), report_to);
}

// The child borrows this process's memory until its program runs, which spares the copy of its page tables: a
// twelfth of what a scope costs. posix_spawn, which the analyser would have instead, cannot prepare a child.
// NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork, clang-analyzer-unix.Vfork)
pid_t borrow_memory(const Spawn& what, char* const* arguments, char* const* environment, int report_to) {
  const pid_t pid = ::vfork();
  if (pid == 0) run_child(what, arguments, environment, report_to);
  return pid;
}
// NOLINTEND(clang-analyzer-security.insecureAPI.vfork, clang-analyzer-unix.Vfork)

pid_t start(const Spawn& what, char* const* arguments, char* const* environment, int report_to) {
  if (what.cgroup < 0) return borrow_memory(what, arguments, environment, report_to);
  pid_t pid = fork_into(what.cgroup);
  if (pid == 0) run_child(what, arguments, environment, report_to);
  if (pid > 0 || (errno != ENOSYS && errno != EINVAL && errno != EPERM)) return pid;
  pid = ::fork();
  if (pid != 0) return pid;
  if (const int failed = join(what.cgroup); failed != 0) give_up(Failure{false, failed}, report_to);
  run_child(what, arguments, environment, report_to);
}

// What the child could not do; nothing once its program runs, which closes the pipe.
Failure failure_of(const core::Fd& pipe, const std::string& command) {
  Failure failure;
  std::array<char, sizeof failure> bytes{};
  if (core::read_some(pipe.get(), bytes, command) == bytes.size())
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&failure));
  return failure;
}

}  // namespace

pid_t spawn(const Spawn& what) {
  const std::string& name = what.command.front();
  core::Pipe report = core::make_pipe();
  const auto arguments = exec_arguments(what.command);
  const auto variables =
      what.environment == nullptr ? std::vector<char*>{} : exec_arguments(*what.environment);
  char* const* environment = what.environment == nullptr ? environ : variables.data();

  const pid_t pid = start(what, arguments.data(), environment, report.write_end.get());
  if (pid < 0) fail(name, errno);
  report.write_end.reset();
  const Failure failure = failure_of(report.read_end, name);
  if (failure.error_number == 0) return pid;
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!failure.of_exec) fail(name, failure.error_number);
  throw exec_error(name, failure.error_number);
}

}  // namespace longhaul::sys
