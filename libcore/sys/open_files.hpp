#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace longhaul::sys {

// Another process that has the file open; nothing where there is none that this one may look at: those of
// other users are seen by root alone.
std::optional<pid_t> other_holder_of(const std::string& path);

}  // namespace longhaul::sys
