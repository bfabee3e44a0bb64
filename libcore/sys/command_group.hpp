// A shell command in a process group of its own, which ends with it.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "base/moment.hpp"

namespace longhaul::sys {

// This process's environment, and "NAME=value" more.
std::vector<std::string> environment_with(std::vector<std::string> more);

struct ShellCommand {
  const std::string& text;                                // for sh -c
  const std::vector<std::string>* environment = nullptr;  // "NAME=value"; null: this process's own
  const sigset_t* signal_mask = nullptr;                  // the command's; null: this process's own
  int output = 2;                                         // what its standard output is; its input is empty
  std::function<int()> prepare = {};                      // as Spawn has it
};

class CommandGroup {
 public:
  // Throws Error as spawn() does.
  explicit CommandGroup(const ShellCommand& what);
  CommandGroup(CommandGroup&& other) noexcept;
  CommandGroup& operator=(CommandGroup&& other) noexcept;
  CommandGroup(const CommandGroup&) = delete;
  CommandGroup& operator=(const CommandGroup&) = delete;
  // Kills what still runs.
  ~CommandGroup();

  [[nodiscard]] pid_t pid() const { return pid_; }
  // True once the command has ended, false where that is not so at `until`, or once the descriptor
  // `interrupt` can be read.
  [[nodiscard]] bool wait(core::Moment until, int interrupt = -1) const;
  void kill() const;
  // Kills what is left of the group, whose number is its own until then, and waits for the command: its
  // status, or 128 + the signal that ended it. Once.
  int reap();

 private:
  pid_t pid_ = 0;
};

}  // namespace longhaul::sys
