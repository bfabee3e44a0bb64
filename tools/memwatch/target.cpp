#include "target.hpp"

#include <unistd.h>

#include <csignal>

#include "base/error.hpp"
#include "sys/process_table.hpp"
#include "sys/scope_processes.hpp"
#include "sys/scope_registry.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::memwatch {
namespace {

Target process(pid_t pid, sys::MemoryTree& tree) {
  if (pid == ::getpid()) throw core::Error{"--pid", "is memwatch itself"};
  if (tree.add(pid)) return {.first = tree.members().front().id, .group = {}};
  const std::string name = std::to_string(pid);
  sys::require_proc();
  const bool is_there = ::kill(pid, 0) == 0 || errno == EPERM;
  throw core::Error{name,
                    is_there ? "/proc does not show this process to this user (hidepid)" : "no such process"};
}

Target scope(const Settings& settings, sys::MemoryTree& tree) {
  const auto record = sys::ScopeRegistry{sys::state_path(settings.state)}.find(settings.scope);
  if (!record) throw core::Error{settings.scope, "there is no such scope"};
  // Its keepers are no part of it: the process that the caller waits for, and the parent of the command.
  tree.leave_out(record->front.pid);
  tree.leave_out(record->guardian);
  Target target;
  for (const auto& process : sys::processes_of(*record)) {
    if (!tree.add(process.id.pid)) continue;
    if (process.parent == record->guardian && target.first.pid == 0) target.first = process.id;
  }
  if (tree.members().empty()) throw core::Error{settings.scope, "the scope has no process"};
  tree.adopt_children_of(record->guardian);
  return target;
}

Target group(const std::string& path, sys::MemoryTree& tree) {
  auto group = sys::MemoryCgroup::at(path);
  if (!group)
    throw core::Error{path, "is no control group with a memory controller, or may not be looked into"};
  if (!group->working_set()) throw core::Error{path, "its memory cannot be read"};
  tree.replace(group->members());
  return {.first = {}, .group = std::move(group)};
}

}  // namespace

Target find_target(const Settings& settings, sys::MemoryTree& tree) {
  tree.leave_out(::getpid());  // it may be a child of what it watches
  if (!settings.scope.empty()) return scope(settings, tree);
  if (!settings.cgroup.empty()) return group(settings.cgroup, tree);
  return process(settings.pid, tree);
}

}  // namespace longhaul::memwatch
