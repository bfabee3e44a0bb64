#include "diag/merger.hpp"

namespace longhaul::diag {

Summary Merger::finish(const Context& context, bool mergeable) {
  state_.settle();
  std::string record = mergeable ? to_json(state_) : std::string{};
  Tally tally = tally_of(state_);
  const UnknownLines unknown{state_.unknown, state_.templates};
  tally.finish(unknown.lines());
  Context all = context;
  if (state_.silent_status) all.unexplained_status = state_.silent_status;
  Summary summary = summarise(tally, unknown, state_.raw_size, state_.cut_lines, all);
  summary.mergeable = std::move(record);
  return summary;
}

}  // namespace longhaul::diag
