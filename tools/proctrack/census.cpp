#include "census.hpp"

#include <unistd.h>

#include <map>

#include "scope.hpp"
#include "sys/cgroup.hpp"

namespace longhaul::proctrack {
namespace {

using Found = std::map<pid_t, sys::ProcessStat>;

void add_with_descendants(const sys::ProcessTable& table, const sys::ProcessStat& process, Found& found) {
  if (!found.emplace(process.id.pid, process).second) return;
  for (const auto& below : table.descendants(process.id.pid)) found.emplace(below.id.pid, below);
}

// The keepers of a scope inside carry the mark of the one around it, as everything there does.
std::vector<sys::ProcessStat> survivors_of(const sys::ScopeRecord& record) {
  const sys::ProcessTable table;
  Found found;
  for (const pid_t pid : table.all()) {
    if (pid == ::getpid()) continue;  // a gc that runs inside of it
    const auto mark = table.variable(pid, mark_variable);
    if (!mark || !is_marked(*mark, record.id)) continue;
    if (const auto process = table.read(pid)) add_with_descendants(table, *process, found);
  }
  std::vector<pid_t> members;
  if (!record.cgroup.empty()) members = sys::Cgroup{record.cgroup}.members();
  for (const auto& stray : record.strays) {
    if (table.is_running(stray)) members.push_back(stray.pid);
  }
  for (const pid_t pid : members) {
    if (const auto process = table.read(pid)) add_with_descendants(table, *process, found);
  }
  std::vector<sys::ProcessStat> all;
  for (auto& [pid, process] : found) all.push_back(std::move(process));
  return all;
}

}  // namespace

std::optional<sys::ProcessId> guardian_of(const sys::ScopeRecord& record) {
  const sys::ProcessTable table;
  const auto process = record.guardian == 0 ? std::nullopt : table.read(record.guardian);
  if (!process || process->has_ended() || process->id.start < record.front.start) return std::nullopt;
  // A child of the front's, or one that lost it; in another PID namespace the number is somebody else's.
  const bool is_child = process->parent == record.front.pid && table.is_running(record.front);
  if (is_child || (process->name == keeper_name && !table.is_running(record.front))) return process->id;
  return std::nullopt;
}

std::vector<sys::ProcessStat> processes_of(const sys::ScopeRecord& record, bool keepers_live) {
  if (!keepers_live) return survivors_of(record);
  const sys::ProcessTable table;
  if (const auto guardian = guardian_of(record)) return table.descendants(guardian->pid);
  return table.is_running(record.front) ? table.descendants(record.front.pid)
                                        : std::vector<sys::ProcessStat>{};
}

}  // namespace longhaul::proctrack
