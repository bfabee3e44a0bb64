// The folder in which tools write down what others are to find: scopes, slots, pools, reservations.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace longhaul::sys {

// Where it is: what is given, $LONGHAUL_STATE, $XDG_RUNTIME_DIR/longhaul,
// /run/user/UID/longhaul (cron has no such variable), /dev/shm/longhaul-UID, /tmp/longhaul-UID. One that is
// another user's, or that others can write to, is passed over. Absolute. Throws Error where what is given
// belongs to another user, or none is left.
std::string state_path(const std::string& given);

// A lock, waited for; none, and errno, where it cannot be had.
core::Fd try_lock(const std::string& path);
// The same, and throws Error.
core::Fd locked(const std::string& path);

// Makes a folder that only this user may look into, and those above it. Throws Error where it cannot, or
// where it is another user's.
void make_private_folder(const std::string& path);

// A name is part of a file's name: letters, digits, and ".-_" inside; 64 bytes at most. Throws
// Error{subject, ...}.
void check_name(std::string_view subject, const std::string& name);

}  // namespace longhaul::sys
