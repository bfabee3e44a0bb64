// What earlier runs found, in a SQLite database: which failures are new, how often one was seen, which are
// gone.
//
// A failure is known by its fingerprint: tool, code, file, test and message, without the numbers in it and
// without its line, so that it stays the same where lines move. Several alike in one file are counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "diag/summary.hpp"

namespace longhaul::errsum {

struct MemoryUse {
  std::string path;
  bool takes_baseline = false;       // what is found now is accepted
  bool gates = false;                // new is what was not accepted, and a run without such is accepted
  std::uint64_t escalate_after = 3;  // runs in a row with the same failure
  std::chrono::nanoseconds keep{};   // failures that were not seen for longer are forgotten
};

// The findings of `summary` must have been kept. Throws Error where the database cannot be used; nothing of
// this run is remembered then.
diag::Recalled remember(const diag::Summary& summary, const MemoryUse& use);

}  // namespace longhaul::errsum
