// The processes of a scope, seen from outside it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ending.hpp"
#include "sys/scope_record.hpp"

namespace longhaul::proctrack {

// The guardian's name in listings of processes.
inline constexpr std::string_view keeper_name = "proctrack-guard";

// The guardian of a scope that lives, where it is still there.
std::optional<sys::ProcessId> guardian_of(const sys::ScopeRecord& record);

// Of a scope whose keepers live: what descends from its guardian. Of a dead one: whatever carries its mark or
// stands in its record, with all that descends from these.
std::vector<sys::ProcessStat> processes_of(const sys::ScopeRecord& record, bool keepers_live);

}  // namespace longhaul::proctrack
