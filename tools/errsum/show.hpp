// A saved output again: the whole, or the lines that told of certain findings.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "diag/format.hpp"

namespace longhaul::errsum {

struct Wanted {
  std::string folder;                  // of saved outputs
  std::string hash;                    // or its beginning
  std::string code;                    // empty for any
  std::string file;                    // likewise; the end of a path is enough
  const diag::Format* tool = nullptr;  // as which it is read; null for detection
};

// 1 where no finding is wanted so. Findings of JSON, which have no lines of their own, are written as lines.
core::Exit show(const Wanted& wanted, cli::Session& session);

}  // namespace longhaul::errsum
