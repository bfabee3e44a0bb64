#include "sys/scope_processes.hpp"

#include "base/error.hpp"
#include "sys/scope_registry.hpp"

namespace longhaul::sys {

std::vector<ProcessStat> processes_of(const ScopeRecord& record) {
  auto processes = ProcessTable{}.descendants(record.front.pid);
  std::erase_if(processes, [&](const ProcessStat& one) { return one.id.pid == record.guardian; });
  return processes;
}

std::vector<ProcessStat> processes_of_scope(const std::string& state, std::string_view name) {
  const auto record = ScopeRegistry{state}.find(name);
  if (!record) throw core::Error{name, "there is no such scope"};
  return processes_of(*record);
}

}  // namespace longhaul::sys
