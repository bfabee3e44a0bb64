// A PID namespace: processes with numbers of their own, which the kernel ends with the first of them.
#pragma once

#include <sys/types.h>

namespace longhaul::sys {

struct UserAndGroup {
  uid_t user;
  gid_t group;
};

// Those that this process acts as.
UserAndGroup own_user_and_group();

// fork(), with the child as the first process of a new namespace; a user namespace gives the right to it
// where this process is not root. -1 and errno where the kernel does not allow it.
pid_t fork_into_pid_namespace();

// In that child, before anything else: it acts as the user that it was before the fork, and gets a /proc that
// shows its processes. Throws Error.
void enter_pid_namespace(UserAndGroup before);

}  // namespace longhaul::sys
