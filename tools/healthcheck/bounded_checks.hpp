// All checks, each within its time, whatever hangs.
//
// They are made by a child process, one after the other, and told through a pipe. One that does not answer in
// time is given up with the child, and the next child goes on behind it: a process that hangs in the kernel,
// on a disk that is gone, cannot be ended, and is not waited for.
#pragma once

#include <chrono>
#include <span>

#include "check.hpp"

namespace longhaul::healthcheck {

// A reading for every target at least, in the order of the targets.
Readings make_checks(std::span<const Target> targets, const Context& context);

}  // namespace longhaul::healthcheck
