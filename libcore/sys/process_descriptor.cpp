#include "sys/process_descriptor.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace longhaul::sys {

core::Fd open_process(pid_t pid) {
  const auto descriptor = ::syscall(SYS_pidfd_open, pid, 0);
  return core::Fd{descriptor < 0 ? -1 : static_cast<int>(descriptor)};
}

bool signal_through(const core::Fd& process, int signal) {
  return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) == 0;
}

}  // namespace longhaul::sys
