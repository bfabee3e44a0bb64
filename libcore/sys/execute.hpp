#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace longhaul::sys {

// Becomes the command: this process's program is replaced. Only returns by throwing Error{command[0], ...}
// with Exit::not_found or not_executable.
[[noreturn]] void execute(std::span<const std::string> command);

// The words as the exec functions want them; they point into the command.
std::vector<char*> exec_arguments(std::span<const std::string> command);

// What an exec that failed means: 127 where there is no such command, else 126.
core::Error exec_error(const std::string& command, int error_number);

}  // namespace longhaul::sys
