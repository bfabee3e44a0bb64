// The file's size: what it holds, and giving back what is free.
#pragma once

#include <cstdint>
#include <string>

#include "pace.hpp"
#include "store/database.hpp"

namespace longhaul::dbprune {

enum class AutoVacuum { none = 0, full = 1, incremental = 2 };

AutoVacuum auto_vacuum_of(const store::Database& database);

struct Pages {
  std::uint64_t size = 0;   // of one, in bytes
  std::uint64_t count = 0;  // of the file
  std::uint64_t free = 0;   // of these
  [[nodiscard]] std::uint64_t used_bytes() const { return (count - free) * size; }
};

Pages pages_of(const store::Database& database);
std::uint64_t file_size(const std::string& path);  // 0 where there is none

// Gives free pages back to the system, as long as the pace lets it.
void vacuum_in_steps(const store::Database& database, Pace& pace);
// Rewrites the file as a whole, with auto_vacuum incremental from then on where `convert` says so. Others
// wait. Throws core::Error where there is not enough disk.
void vacuum_whole(const store::Database& database, bool convert);
// Throws core::Error where the file system of the path has fewer bytes free.
void check_free_space(const std::string& path, std::uint64_t bytes);

}  // namespace longhaul::dbprune
