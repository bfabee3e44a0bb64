// Records in, the record that all their inputs together would have given out.
#pragma once

#include <string_view>

#include "diag/merge_state.hpp"
#include "diag/summary.hpp"

namespace longhaul::diag {

class Merger {
 public:
  // A record with all it has (`--max 0`). Throws core::Error, without a subject, where it is none.
  void add(std::string_view record) { state_.join(merge_state_of(record)); }

  // `mergeable` where the record is to be merged again.
  Summary finish(const Context& context = {}, bool mergeable = true);

 private:
  MergeState state_;
};

}  // namespace longhaul::diag
