// clock_jump OFFSET_FILE COMMAND [ARGUMENT...]: becomes the command, for which, and for all that it starts,
// the wall clock is as many seconds off as the file says at that moment. Whatever else a clock measures stays
// as it is.
//
// Static programs read the clock from a page of the kernel's, without a system call. Its address is taken out
// of what the kernel hands to a new program, so that they ask the kernel, where a filter stops them for the
// tracer to answer. The tracer is no child of the command: a tool that looks after its children would find
// one that it did not start.
#include <elf.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

constexpr long followed = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE |
                          PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
constexpr unsigned stack_slots = 1U << 20U;

double offset_in(const char* path) {
  std::FILE* file = std::fopen(path, "re");
  if (file == nullptr) return 0;
  double seconds = 0;
  if (std::fscanf(file, "%lf", &seconds) != 1) seconds = 0;
  std::fclose(file);
  return seconds;
}

bool peek(pid_t pid, std::uint64_t address, std::uint64_t& value) {
  errno = 0;
  value = static_cast<std::uint64_t>(::ptrace(PTRACE_PEEKDATA, pid, address, nullptr));
  return errno == 0;
}

// On the stack of a new program: the number of arguments, they, a null, the environment, a null, and then
// pairs of a kind and a value.
void hide_kernel_page(pid_t pid) {
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return;
  std::uint64_t at = registers.rsp;
  std::uint64_t word = 0;
  if (!peek(pid, at, word)) return;
  at += 8 * (word + 2);
  for (unsigned i = 0; i < stack_slots; ++i, at += 8) {
    if (!peek(pid, at, word)) return;
    if (word == 0) break;
  }
  for (at += 8; peek(pid, at, word) && word != AT_NULL; at += 16) {
    if (word != AT_SYSINFO_EHDR) continue;
    ::ptrace(PTRACE_POKEDATA, pid, at, static_cast<std::uint64_t>(AT_IGNORE));
    return;
  }
}

timespec now_with(double offset) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  now.tv_sec += static_cast<time_t>(offset);
  return now;
}

template <typename Value>
void give(pid_t pid, std::uint64_t address, const Value& value) {
  Value copy = value;
  const iovec from{&copy, sizeof copy};
  const iovec to{reinterpret_cast<void*>(address), sizeof copy};
  if (address != 0) ::process_vm_writev(pid, &from, 1, &to, 1, 0);
}

// Answers in the kernel's place, where the wall clock is asked for.
void answer(pid_t pid, const char* offset_file) {
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return;
  const timespec now = now_with(offset_in(offset_file));
  switch (registers.orig_rax) {
    case SYS_clock_gettime:
      if (registers.rdi != CLOCK_REALTIME && registers.rdi != CLOCK_REALTIME_COARSE) return;
      give(pid, registers.rsi, now);
      registers.rax = 0;
      break;
    case SYS_gettimeofday:
      give(pid, registers.rdi, timeval{now.tv_sec, now.tv_nsec / 1000});
      registers.rax = 0;
      break;
    case SYS_time:
      give(pid, registers.rdi, now.tv_sec);
      registers.rax = static_cast<std::uint64_t>(now.tv_sec);
      break;
    default: return;
  }
  registers.orig_rax = static_cast<std::uint64_t>(-1);  // no call is made
  ::ptrace(PTRACE_SETREGS, pid, nullptr, &registers);
}

// Until the last process is gone.
void trace(const char* offset_file) {
  while (true) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return;
    if (!WIFSTOPPED(status)) continue;
    const int signal = WSTOPSIG(status);
    const int event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) answer(pid, offset_file);
    if (event == PTRACE_EVENT_EXEC) hide_kernel_page(pid);
    if (event == PTRACE_EVENT_STOP &&
        (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU)) {
      ::ptrace(PTRACE_LISTEN, pid, nullptr, nullptr);  // it stays stopped until it is continued
      continue;
    }
    ::ptrace(PTRACE_CONT, pid, nullptr, event == 0 ? signal : 0);
  }
}

void stop_where_time_is_asked_for() {
  std::array<sock_filter, 9> filter{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_gettimeofday, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_time, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{filter.size(), filter.data()};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    std::perror("clock_jump: seccomp");
    std::exit(125);
  }
}

// The tracer holds nothing open that somebody else may wait for the end of, and nothing that tells whose it
// is.
[[noreturn]] void be_tracer(pid_t traced, int attached, const char* offset_file) {
  ::setsid();
  const bool done = ::ptrace(PTRACE_SEIZE, traced, nullptr, followed) == 0;
  const char told = done ? 'y' : 'n';
  if (::write(attached, &told, 1) != 1) std::_Exit(1);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; ++fd) ::dup2(nowhere, fd);
  ::close_range(3, ~0U, 0);
  if (done) trace(offset_file);
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: clock_jump OFFSET_FILE COMMAND [ARGUMENT...]\n", stderr);
    return 125;
  }
  std::array<int, 2> attached{};
  if (::pipe2(attached.data(), O_CLOEXEC) != 0) return 125;
  const pid_t self = ::getpid();
  const pid_t between = ::fork();
  if (between < 0) return 125;
  if (between == 0) {
    if (::fork() == 0) be_tracer(self, attached[1], argv[1]);
    std::_Exit(0);
  }
  ::waitpid(between, nullptr, 0);
  ::close(attached[1]);
  char told = 'n';
  if (::read(attached[0], &told, 1) != 1 || told != 'y') {
    std::fputs("clock_jump: ptrace: not allowed\n", stderr);
    return 125;
  }
  stop_where_time_is_asked_for();
  ::execvp(argv[2], argv + 2);
  std::perror(argv[2]);
  return errno == ENOENT ? 127 : 126;
}
