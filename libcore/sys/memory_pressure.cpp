#include "sys/memory_pressure.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace longhaul::sys {

core::Fd watch_memory_pressure(std::chrono::microseconds stalled, const char* path) {
  core::Fd file{::open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  if (!file) return file;
  // As the kernel's Documentation/accounting/psi.rst has it; without privilege the window is two seconds.
  for (const auto* window : {"1000000", "2000000"}) {
    const std::string trigger = "some " + std::to_string(stalled.count()) + ' ' + window;
    if (::write(file.get(), trigger.c_str(), trigger.size() + 1) > 0) return file;
  }
  return core::Fd{};
}

}  // namespace longhaul::sys
