// --node: V8 is told how much it may use, so that it collects before it is killed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longhaul::memwatch {

// What NODE_OPTIONS is to be: what it was, and --max-old-space-size in MiB unless that is there already.
// Three quarters of a process's share of the budget: the rest is for what V8 keeps outside of its old space.
std::string node_options(std::string_view before, std::uint64_t budget, std::uint64_t processes);

}  // namespace longhaul::memwatch
