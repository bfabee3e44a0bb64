// The processes of a scope, without those that keep it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sys/process_table.hpp"
#include "sys/scope_record.hpp"

namespace longhaul::sys {

// Parents before children; the command itself is the child of the record's guardian.
std::vector<ProcessStat> processes_of(const ScopeRecord& record);

// Of a living scope by its name, its id or the number of its process, below the folder of the registry.
// Throws Error where there is none.
std::vector<ProcessStat> processes_of_scope(const std::string& state, std::string_view name);

}  // namespace longhaul::sys
