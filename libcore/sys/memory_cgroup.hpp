// Control groups that count and limit memory, of version 2 and 1.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace longhaul::sys {

class MemoryCgroup {
 public:
  // The group of a folder; nothing where that is none with a memory controller.
  static std::optional<MemoryCgroup> at(const std::string& folder);
  // The group that this process is in.
  static std::optional<MemoryCgroup> own(const std::string& membership = "/proc/self/cgroup",
                                         const std::string& mounts = "/proc/self/mountinfo");

  // The group that a process is in.
  static std::optional<MemoryCgroup> of(pid_t pid);
  // The one around it; nothing for the top.
  [[nodiscard]] std::optional<MemoryCgroup> parent() const;

  // A new one inside; nothing where that may not be made, or would have no memory controller.
  [[nodiscard]] std::optional<MemoryCgroup> make(std::string_view name) const;
  // True when it is gone. It stays while a member lives.
  bool remove() const;

  [[nodiscard]] const std::string& folder() const { return folder_; }
  // Bytes in use without what the kernel would give up first (pages of files that nobody used lately).
  [[nodiscard]] std::optional<std::uint64_t> working_set() const;
  // Nothing for none.
  [[nodiscard]] std::optional<std::uint64_t> own_limit() const;
  // The least of its own limit and those of the groups around it, as far as they can be read; nothing for
  // none.
  [[nodiscard]] std::optional<std::uint64_t> limit() const;
  // What may still come to be used: the least that is left of any of these limits; nothing for no limit.
  [[nodiscard]] std::optional<std::uint64_t> room() const;
  // False where it may not be set.
  bool set_limit(std::uint64_t bytes) const;
  // A descriptor that poll() finds ready when the kernel meets the limit: POLLPRI in version 2, where it is
  // to be read again then, POLLIN in version 1. None where the kernel does not tell.
  [[nodiscard]] core::Fd watch_limit() const;
  // Times that the kernel killed a member because of the limit.
  [[nodiscard]] std::uint64_t kills() const;
  [[nodiscard]] std::vector<pid_t> members() const;
  // Writing "0" there moves the writer in.
  [[nodiscard]] core::Fd open_members() const;
  bool move_in(pid_t pid) const;

 private:
  MemoryCgroup(std::string folder, bool is_version_2) : folder_{std::move(folder)}, is_2_{is_version_2} {}

  std::string folder_;
  bool is_2_;
};

}  // namespace longhaul::sys
