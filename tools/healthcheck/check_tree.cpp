// The process tree: memory, processes, zombies, descriptors.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "base/size.hpp"
#include "check.hpp"
#include "sys/memory_tree.hpp"
#include "sys/process_table.hpp"
#include "sys/scope_processes.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::healthcheck {
namespace {

// The shared pages of a tree are measured exactly where it could be near its limit, which costs a walk over
// page tables.
constexpr double near_limit = 0.5;

sys::ProcessStat root_of(pid_t pid, const sys::ProcessTable& table) {
  if (auto stat = table.read(pid)) return std::move(*stat);
  sys::require_proc();
  const bool is_there = ::kill(pid, 0) == 0 || errno == EPERM;
  throw core::Error{"process " + std::to_string(pid),
                    is_there ? "/proc does not show it to this user (hidepid)" : "there is no such process"};
}

std::vector<sys::ProcessStat> find_members(const Context& context) {
  std::vector<sys::ProcessStat> members;
  if (!context.tree.scope.empty()) {
    members = sys::processes_of_scope(sys::state_path(context.tree.state), context.tree.scope);
  } else {
    const sys::ProcessTable table;
    members.push_back(root_of(context.tree.pid, table));
    for (auto& below : table.descendants(context.tree.pid)) members.push_back(std::move(below));
  }
  const auto is_left_out = [&](const sys::ProcessStat& one) {
    return std::ranges::find(context.left_out, one.id.pid) != context.left_out.end() ||
           std::ranges::find(context.left_out, one.parent) != context.left_out.end();
  };
  std::erase_if(members, is_left_out);
  return members;
}

const std::vector<sys::ProcessStat>& members_of(const Context& context) {
  if (!context.members) context.members = find_members(context);
  return *context.members;
}

double soft_limit_of_descriptors(pid_t pid) {
  struct rlimit limit {};
  if (::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) != 0) return unset;
  return limit.rlim_cur == RLIM_INFINITY ? unset : static_cast<double>(limit.rlim_cur);
}

}  // namespace

void check_memory(const Target& target, const Context& context, Readings& readings) {
  sys::MemoryTree tree;
  tree.add(members_of(context));
  if (static_cast<double>(tree.sums().resident) > near_limit * context.tree.budget) tree.measure();
  const auto sums = tree.sums();
  const bool is_measured = sums.unmeasured == 0;
  auto reading =
      target.check->reading(target, 0, static_cast<double>(is_measured ? sums.proportional : sums.own));
  reading.note = std::to_string(sums.processes) + (sums.processes == 1 ? " process" : " processes");
  if (!is_measured) reading.note += ", private pages";
  readings.push_back(std::move(reading));
}

void check_processes(const Target& target, const Context& context, Readings& readings) {
  const auto& members = members_of(context);
  const auto alive =
      std::ranges::count_if(members, [](const sys::ProcessStat& one) { return !one.has_ended(); });
  readings.push_back(target.check->reading(target, 0, static_cast<double>(alive)));
}

void check_zombies(const Target& target, const Context& context, Readings& readings) {
  const auto& members = members_of(context);
  const auto ended = std::ranges::count_if(members, &sys::ProcessStat::has_ended);
  auto reading = target.check->reading(target, 0, static_cast<double>(ended));
  const auto first = std::ranges::find_if(members, &sys::ProcessStat::has_ended);
  if (first != members.end())
    reading.note = "process " + std::to_string(first->parent) + " does not wait for " + first->name;
  readings.push_back(std::move(reading));
}

void check_descriptors(const Target& target, const Context& context, Readings& readings) {
  const sys::ProcessTable table;
  auto reading = target.check->reading(target, 0, unset);
  std::size_t hidden = 0;
  for (const auto& one : members_of(context)) {
    if (one.has_ended()) continue;
    const auto open = table.descriptor_count(one.id.pid);
    const double limit = soft_limit_of_descriptors(one.id.pid);
    if (!open || !(limit > 0)) {
      ++hidden;
      continue;
    }
    const double used = static_cast<double>(*open) / limit;
    if (used <= reading.value) continue;
    reading.value = used;
    reading.note = std::to_string(*open) + " of process " + std::to_string(one.id.pid) + ' ' + one.name;
  }
  if (reading.value != reading.value)
    throw core::Error{"descriptors", "those of the tree may not be looked at by this user"};
  if (hidden != 0) reading.note += ", " + std::to_string(hidden) + " processes not seen";
  readings.push_back(std::move(reading));
}

}  // namespace longhaul::healthcheck
