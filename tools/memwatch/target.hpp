// Whom memwatch watches.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "settings.hpp"
#include "sys/memory_cgroup.hpp"
#include "sys/memory_tree.hpp"

namespace longhaul::memwatch {

struct Target {
  // The first process of a tree: it gets --signal-warning, and is the last to be ended. None for a group.
  sys::ProcessId first{};
  std::optional<sys::MemoryCgroup> group;  // of --cgroup
};

// Finds what --pid, --scope or --cgroup names, and makes its processes members of the tree. Throws Error
// where it is not there or may not be looked at.
Target find_target(const Settings& settings, sys::MemoryTree& tree);

}  // namespace longhaul::memwatch
