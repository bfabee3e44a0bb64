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

  // While it is held nobody else reserves; waited for, since nobody holds it long. Throws Error.
  [[nodiscard]] core::Fd lock() const;
  // Bytes that are reserved and not yet used, for one target; for the machine, whose name is empty, those of
  // all targets. Those of dead processes are removed.
  [[nodiscard]] std::uint64_t outstanding(const std::string& target) const;
  // For this process. Throws Error.
  void reserve(std::uint64_t bytes, const std::string& target) const;

 private:
  std::string folder_;
};

}  // namespace longhaul::memwatch
