#pragma once

#include <span>
#include <string_view>

namespace longhaul::cli {

struct Example {
  std::string_view command;
  std::string_view what;
};

struct ExitStatus {
  std::string_view status;  // "1", or a range: "128+N"
  std::string_view meaning;
};

// Decides the status of usage and I/O trouble: 2, 3 (unknown), 125 (the wrapper failed).
enum class Role { filter, gate, wrapper };

// What a tool says of itself. All texts must outlive it: they are literals.
struct About {
  std::string_view name;
  std::string_view summary;  // the line of the man page's NAME, lower case
  std::string_view usage;    // after the name: "[OPTIONS] [FILE...]"
  std::span<const Example> examples;
  Role role = Role::filter;
  std::span<const ExitStatus> exits = {};  // shown by --help; empty shows those of the role
  std::string_view older_switch = {};      // a variable that says 0 or 1, asked where no other does
};

}  // namespace longhaul::cli
