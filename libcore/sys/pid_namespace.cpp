#include "sys/pid_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::sys {
namespace {

[[noreturn]] void fail(const char* what, int error_number) {
  throw core::Error{what, core::reason_of(error_number), core::Exit::wrapper_failed};
}

void write_map(const char* path, const std::string& map) {
  const core::Fd file{::open(path, O_WRONLY | O_CLOEXEC)};
  const int failed = file ? core::try_write_all(file.get(), map) : errno;
  if (failed != 0) fail(path, failed);
}

}  // namespace

UserAndGroup own_user_and_group() { return {::geteuid(), ::getegid()}; }

pid_t fork_into_pid_namespace() {
  const unsigned long user = ::geteuid() == 0 ? 0 : CLONE_NEWUSER;
  // The C library has no fork with flags; without a stack of its own the child goes on as after fork().
  const auto pid =
      ::syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | user | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  return static_cast<pid_t>(pid);
}

void enter_pid_namespace(UserAndGroup before) {
  if (before.user != 0) {
    const auto self = [](id_t id) { return std::to_string(id) + ' ' + std::to_string(id) + " 1"; };
    write_map("/proc/self/setgroups", "deny");  // without it an unprivileged process may not map its group
    write_map("/proc/self/uid_map", self(before.user));
    write_map("/proc/self/gid_map", self(before.group));
  }
  // In a chroot / is no mount of its own, and /proc alone has to be kept from others.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 &&
      ::mount(nullptr, "/proc", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    fail("mount: /proc", errno);
  if (::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
    fail("mount: /proc", errno);
}

}  // namespace longhaul::sys
