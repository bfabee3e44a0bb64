// Removing a folder with all that is in it.
#pragma once

#include <cstdint>
#include <string>

namespace longhaul::core {

struct Removed {
  std::uint64_t files = 0;  // folders among them
  std::uint64_t bytes = 0;  // disk space of those that had no other name
  std::string problem;      // the first thing that stayed, and why: "path: reason"; empty where all is gone

  Removed& operator+=(const Removed& other);
};

// Removes a file or a folder; that it is not there is success. Links are removed and not followed, whoever
// moves things meanwhile; what is mounted there or inside is left alone. What can be removed is removed, even
// where something stays. The path has no slash at its end.
Removed remove_tree(const std::string& path);

// What remove_tree would remove, down to a depth of 200 folders.
Removed measure_tree(const std::string& path);

}  // namespace longhaul::core
