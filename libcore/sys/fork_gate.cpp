#include "sys/fork_gate.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/error.hpp"

namespace longhaul::sys {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t native = 0;  // unknown: nothing asks, is_supported() is false
#endif

// Since Linux 5.19: a signal does not make a fork ask anew once it is being answered.
constexpr unsigned long wait_killable = 1UL << 5U;

constexpr sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

// "If it equals the value, ask": two steps.
constexpr sock_filter unless_equal_skip_one(std::uint32_t value) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
}
constexpr sock_filter ask = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
constexpr sock_filter let_through = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

// A system call of another architecture (a 32-bit program) is let through. clone3 has its flags in memory,
// where a filter cannot look: it asks always.
const std::array filter = {
    load(offsetof(seccomp_data, arch)),
    sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 1, 0),
    let_through,
    load(offsetof(seccomp_data, nr)),
#ifdef SYS_fork
    unless_equal_skip_one(SYS_fork),
    ask,
    unless_equal_skip_one(SYS_vfork),
    ask,
#endif
    unless_equal_skip_one(SYS_clone3),
    ask,
    sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
    let_through,
    load(offsetof(seccomp_data, args)),  // clone's flags: the lower half, on little-endian machines
    sock_filter BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
    let_through,
    ask,
};

int send_descriptor(int socket, int descriptor) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : errno;
}

core::Fd receive_descriptor(int socket) {
  char byte = 0;
  iovec data{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) != 1) return core::Fd{};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return core::Fd{};
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return core::Fd{descriptor};
}

// Looks into the asker's memory. It may have been changed since, by another thread of it; what it gains is a
// fork that is not counted.
bool is_thread(const seccomp_notif& notice) {
  if (notice.data.nr != SYS_clone3) return false;
  std::uint64_t flags = 0;
  iovec here{&flags, sizeof flags};
  // An address in the asker's memory, not in ours.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  iovec there{reinterpret_cast<void*>(notice.data.args[0]), sizeof flags};
  if (::process_vm_readv(static_cast<pid_t>(notice.pid), &here, 1, &there, 1, 0) != sizeof flags)
    return false;
  return (flags & CLONE_THREAD) != 0;
}

void answer(int listener, std::uint64_t id, int error_number) {
  seccomp_notif_resp response{};
  response.id = id;
  response.error = -error_number;
  if (error_number == 0) response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);  // fails where the asker was killed meanwhile
}

}  // namespace

bool ForkGate::is_supported() {
  std::uint32_t action = SECCOMP_RET_USER_NOTIF;
  return native != 0 && ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

ForkGate::ForkGate() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw core::Error{"socketpair", core::reason_of(errno)};
  sending_.reset(ends[0]);
  receiving_.reset(ends[1]);
}

int ForkGate::install() const {
  auto steps = filter;
  const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
  const auto install_with = [&](unsigned long flags) {
    return static_cast<int>(
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &program));
  };
  int listener = -1;
  for (const unsigned long flags : {wait_killable, 0UL}) {
    listener = install_with(flags);
    if (listener < 0 && errno == EACCES) {  // not root
      if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
      listener = install_with(flags);
    }
    if (listener >= 0 || errno != EINVAL) break;
  }
  if (listener < 0) return errno == EBUSY ? 0 : errno;  // there is one already: connect() tells
  return send_descriptor(sending_.get(), listener);
}

bool ForkGate::connect() {
  listener_ = receive_descriptor(receiving_.get());
  return static_cast<bool>(listener_);
}

std::optional<ForkGate::Request> ForkGate::next() {
  while (true) {
    seccomp_notif notice{};
    pollfd waiting{listener_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 0) != 1 || (waiting.revents & POLLIN) == 0) return std::nullopt;
    if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) {
      if (errno == ENOENT || errno == EINTR) continue;  // it was killed before it was read
      return std::nullopt;
    }
    if (!is_thread(notice)) return Request{notice.id, static_cast<pid_t>(notice.pid)};
    answer(listener_.get(), notice.id, 0);
  }
}

void ForkGate::allow(const Request& request) const { answer(listener_.get(), request.id, 0); }

void ForkGate::deny(const Request& request) const { answer(listener_.get(), request.id, EAGAIN); }

}  // namespace longhaul::sys
