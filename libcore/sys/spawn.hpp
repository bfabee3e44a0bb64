// A command in a process of its own.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace longhaul::sys {

struct Spawn {
  std::span<const std::string> command;                   // one word at least; looked for along PATH
  const std::vector<std::string>* environment = nullptr;  // "NAME=value"; null: this process's own
  const sigset_t* signal_mask = nullptr;                  // the command's; null: this process's own
  // The folder of a control group that it starts in, as an open descriptor; -1 for this process's own. One
  // that was moved after its start would cost the kernel milliseconds.
  int cgroup = -1;
  // Runs in the child before the program does, after the signals are restored: system calls only, for it may
  // share this process's memory. Returns an errno, 0 for success.
  std::function<int()> prepare = {};
};

// Starts it and returns when its program runs. SIGPIPE and SIGXFSZ mean to it what they meant to this process
// at its start. Throws Error{command[0], ...} with Exit::not_found, not_executable or wrapper_failed.
pid_t spawn(const Spawn& what);

}  // namespace longhaul::sys
