// What admitted commands may still come to use: one small file each, named for its process.
//
// A reservation counts as long as that very process runs, which its number and start tell: the command has
// them from memwatch, which became it. What its tree uses already is in use and no longer reserved.
#pragma once

#include <cstdint>
#include <string>

#include "base/fd.hpp"
#include "sys/process_table.hpp"

namespace longhaul::memwatch {

class Reservations {
 public:
  // Makes the folder. Throws Error.
  explicit Reservations(const std::string& state);

  // While it is held nobody else reserves. Nothing where another one has it.
  [[nodiscard]] core::Fd try_lock() const;
  // Bytes that are reserved and not yet used, for one target: the first process of a tree, 0 for the machine.
  // Those of dead processes are removed.
  [[nodiscard]] std::uint64_t outstanding(pid_t target) const;
  // For this process. Throws Error.
  void reserve(std::uint64_t bytes, pid_t target) const;

 private:
  std::string folder_;
};

}  // namespace longhaul::memwatch
