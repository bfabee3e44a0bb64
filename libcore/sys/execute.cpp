#include "sys/execute.hpp"

#include <unistd.h>

#include <cerrno>

#include "sys/signals.hpp"

namespace longhaul::sys {

void execute(std::span<const std::string> command) {
  const auto arguments = exec_arguments(command);
  restore_write_signals();
  ::execvp(arguments[0], arguments.data());
  throw exec_error(command.front(), errno);
}

std::vector<char*> exec_arguments(std::span<const std::string> command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  return arguments;
}

core::Error exec_error(const std::string& command, int error_number) {
  if (error_number == ENOENT && ::access(command.c_str(), F_OK) == 0 &&
      command.find('/') != std::string::npos)
    return {command, "its interpreter was not found", core::Exit::not_found};
  if (error_number == ENOENT) return {command, "command not found", core::Exit::not_found};
  return {command, core::reason_of(error_number), core::Exit::not_executable};
}

}  // namespace longhaul::sys
