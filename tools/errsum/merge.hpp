// Records of parts, made one.
#pragma once

#include <string>
#include <vector>

#include "diag/summary.hpp"

namespace longhaul::errsum {

// `mergeable` where the result is to be merged again. Of the records in these files, standard input where
// none is named: one a line, in any order. Throws core::Error where one of them cannot be read, or there is
// none: a sum without it would be wrong.
diag::Summary merged(const std::vector<std::string>& files, bool mergeable);

}  // namespace longhaul::errsum
