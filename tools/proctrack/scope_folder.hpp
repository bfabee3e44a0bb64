// The temporary files of a scope: a folder of its own, which is the command's TMPDIR, and what was registered
// beside it.
//
// The folder's name says whose it is, it is locked as long as the scope lives, and the list of what was
// registered lies in it: after a power cut, when the registry in memory is gone, it can still be cleared.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/remove_tree.hpp"

namespace longhaul::proctrack {

// Where folders of scopes are made: $TMPDIR, or /tmp.
std::string temporary_base();

// Makes it, for its user alone. What it returns holds its lock, by which it is known to be alive. Throws
// Error.
core::Fd make_scope_folder(const std::string& path);

// A path that a scope is to remove, absolute; it need not be there yet. Throws Error for one that is too much
// to remove: /, the home, the working directory or what holds it.
std::string expendable_path(std::string_view subject, const std::string& path);
// Writes down that it is to be removed with the scope.
void register_path(const std::string& folder, const std::string& path);

// Nothing of what was registered is to be removed any more.
void forget_registered(const std::string& folder);

// What was registered, 1 MiB at most.
std::vector<std::string> registered_paths(const std::string& folder);

// Removes what was registered, and `more`, then the folder. `dry` only measures.
core::Removed remove_scope_folder(const std::string& folder, const std::vector<std::string>& more,
                                  bool dry = false);

// Folders of this user in the base whose scopes are dead.
std::vector<std::string> dead_folders(const std::string& base);

}  // namespace longhaul::proctrack
