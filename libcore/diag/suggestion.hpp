// What to do about a failure: the real command of the tool, over the narrowest directories.
#pragma once

#include <vector>

#include "diag/summary.hpp"

namespace longhaul::diag {

// Whose findings these are: the format's that read them, or another's that prints the same lines.
const Format& format_of(const ToolTally& tally);
// The kind a tool's findings are: its format's, but exceptions that the network raised are network errors.
Kind kind_of(const ToolTally& tally);

// Fills in the summary's suggestion and whether it is actionable.
void suggest(Summary& summary, const std::vector<const ToolTally*>& tools, const Context& context);

}  // namespace longhaul::diag
