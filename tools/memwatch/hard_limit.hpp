// --hard: the kernel holds the budget, by a control group's limit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/fd.hpp"
#include "settings.hpp"
#include "sys/memory_cgroup.hpp"
#include "sys/memory_tree.hpp"
#include "target.hpp"

namespace longhaul::memwatch {

class HardLimit {
 public:
  // A group of its own for the command, or for the processes of the target, which are moved there; the
  // target's group where it is one. Throws Error where no limit can be set.
  HardLimit(const Settings& settings, const Target& target, const sys::MemoryTree& tree);
  HardLimit(const HardLimit&) = delete;
  HardLimit& operator=(const HardLimit&) = delete;
  // A group of its own is removed, and what still runs there moved to where it came from; another's has its
  // former limit.
  ~HardLimit();

  // For the command: writing "0" there moves it in.
  [[nodiscard]] core::Fd open_members() const { return group_.open_members(); }
  [[nodiscard]] std::uint64_t kernel_kills() const;
  // Ready, by POLLIN or POLLPRI, when the kernel meets the limit; -1 where it does not tell.
  [[nodiscard]] int descriptor() const { return events_.get(); }
  // Makes it ready for the next time.
  void take_event() const;

 private:
  bool move_in(pid_t pid);
  void move_all_back();

  sys::MemoryCgroup group_;
  bool is_own_;
  pid_t first_;
  std::map<pid_t, sys::MemoryCgroup> before_;  // where processes came from
  std::optional<std::uint64_t> former_limit_;
  std::uint64_t kills_before_ = 0;
  core::Fd events_;
};

}  // namespace longhaul::memwatch
