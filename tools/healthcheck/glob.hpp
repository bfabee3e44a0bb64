// Files by a pattern, as shells have them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace longhaul::healthcheck {

bool is_pattern(std::string_view path);

// Calls `found` for each path that matches: *, ?, [...] within a folder's name, and ** for any number of
// folders. A name that begins with a dot is matched only by one. Throws core::Error{folder, reason} for a
// folder that cannot be read; what vanishes meanwhile is passed over.
void for_each_match(const std::string& pattern, const std::function<void(const std::string& path)>& found);

// Calls `found` for all that is below a folder and is no folder, hidden ones too, not through links. Throws
// core::Error for a folder that cannot be read itself; those in it are passed over, as others' are in /tmp.
void for_each_below(const std::string& folder, const std::function<void(const std::string& path)>& found);

}  // namespace longhaul::healthcheck
