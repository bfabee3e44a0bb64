// Where to begin with a tool's findings: at what others follow from.
#pragma once

#include <string>
#include <string_view>

#include "diag/tool_tally.hpp"

namespace longhaul::diag {

struct Beginning {
  std::string place;      // empty where no finding has one
  std::string_view code;  // where others follow from it
};

// Among all findings, or those that the tool's fix command does not mend.
enum class Which { any, by_hand };

// At an import that was not found or a syntax error; at a compiler's first error; else at what there is most
// of.
Beginning beginning_of(const ToolTally& tally, Which which = Which::any);

// The one place in which most of several tests fail; nothing where there is none.
const FailingPlace* common_failure(const ToolTally& tally);

// That of most failing tests, or else of the beginning.
std::string first_place(const ToolTally& tally);

}  // namespace longhaul::diag
