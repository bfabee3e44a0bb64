// A descriptor that stands for a process (pidfd): readable once it has ended, and never another process.
#pragma once

#include <sys/types.h>

#include "base/fd.hpp"

namespace longhaul::sys {

// Close-on-exec; none where there is no such process, or the kernel has no such thing (before Linux 5.3).
core::Fd open_process(pid_t pid);

// False where the process has ended or may not be signalled.
bool signal_through(const core::Fd& process, int signal);

}  // namespace longhaul::sys
