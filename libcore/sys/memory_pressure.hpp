// Pressure stall information: the kernel says when tasks wait for memory, so that nobody has to ask.
#pragma once

#include <chrono>

#include "base/fd.hpp"

namespace longhaul::sys {

// A descriptor that poll() finds ready with POLLPRI when tasks of the machine (or of the group whose
// memory.pressure is named) were stalled for so long within a second. None where the kernel has no such
// thing (before Linux 5.2, or psi=0) or this user may not ask.
core::Fd watch_memory_pressure(std::chrono::microseconds stalled, const char* path = "/proc/pressure/memory");

}  // namespace longhaul::sys
