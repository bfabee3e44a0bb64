// Work for others to take: a line of JSON for each bulk repair that a summary asks for.
#pragma once

#include <string>

#include "diag/summary.hpp"

namespace longhaul::errsum {

// Appends them to a file of such lines, under a lock: what a command mends, and what is left for hands, of
// each tool. One whose id stands there and is open, its status not done, closed or cancelled, is not added
// again. Throws Error.
void append_fix_tasks(const std::string& path, const std::string& task_id, const diag::Summary& summary);

}  // namespace longhaul::errsum
