#include "diag/analyser.hpp"

#include <algorithm>
#include <cstring>

#include "base/hash.hpp"
#include "diag/merge_state.hpp"

namespace longhaul::diag {
namespace {

// Made once: text after text may be analysed.
const RuleIndex& index_of_all() {
  static const RuleIndex index{formats()};
  return index;
}

std::span<const Format* const> one_of(const Format* const& only) {
  return only == nullptr ? std::span<const Format* const>{} : std::span{&only, 1};
}

}  // namespace

Analyser::Analyser(const Format* only, Keeping keeping, OwnLines* own)
    : own_index_{one_of(only)}, index_{only == nullptr ? index_of_all() : own_index_}, tally_{keeping},
      stream_{index_, tally_, unknown_, own}, mergeable_{keeping.mergeable} {}

void Analyser::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = space();
    const std::size_t part = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), part);
    wrote(part);
    bytes.remove_prefix(part);
  }
}

Analyser::SoFar Analyser::so_far() const {
  SoFar so_far{.lines = stream_.lines()};
  for (const ToolTally& tool : tally_.tools()) so_far.findings += tool.total();
  return so_far;
}

Summary Analyser::finish(const Context& context) {
  stream_.finish();
  MergeState state;
  if (mergeable_)
    state = state_of(tally_, unknown_, {core::hash(hash_.text()), stream_.bytes(), stream_.cut_lines()});
  tally_.finish(unknown_.lines());
  Summary summary = summarise(tally_, unknown_, stream_.bytes(), stream_.cut_lines(), context);
  if (!mergeable_) return summary;
  state.silent_status = summary.silent_status;
  summary.mergeable = to_json(state);
  return summary;
}

}  // namespace longhaul::diag
