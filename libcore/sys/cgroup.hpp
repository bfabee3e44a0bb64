// Control groups: a set of processes that none of its members leaves by forking.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace longhaul::sys {

// Where this process stands in the hierarchy of version 2: the folder that a group of its own would be made
// in. Nothing where version 2 is not mounted. Other paths are for tests.
std::optional<std::string> own_cgroup(const std::string& membership = "/proc/self/cgroup",
                                      const std::string& mounts = "/proc/self/mountinfo");

// A group by its folder. Making and removing are apart from the object's life: the group outlives a process
// that is killed, and another one clears it away.
class Cgroup {
 public:
  explicit Cgroup(std::string folder) : folder_{std::move(folder)} {}

  // Where a group of this name would be: below this process's own. Nothing where none can be made there.
  static std::optional<Cgroup> planned(std::string_view name);
  // False where the kernel does not allow it, or cannot end a group in one step (cgroup.kill: Linux 5.14).
  [[nodiscard]] bool make() const;

  [[nodiscard]] const std::string& folder() const { return folder_; }

  // Its folder, for a process that is to start in it; none where it is gone.
  [[nodiscard]] core::Fd open() const;

  // SIGKILL to all members at once, those of groups inside too: no member can fork away. False where it
  // failed.
  [[nodiscard]] bool kill() const;
  // Those of groups inside too.
  [[nodiscard]] std::vector<pid_t> members() const;
  // With the groups inside; true when it is gone. It stays while a member lives.
  [[nodiscard]] bool remove() const;

 private:
  std::string folder_;
};

}  // namespace longhaul::sys
