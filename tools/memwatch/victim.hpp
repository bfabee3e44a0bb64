// Which process is to give way.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "settings.hpp"
#include "sys/memory_tree.hpp"

namespace re2 {
class RE2;
}

namespace longhaul::memwatch {

// Patterns of --protect: a process whose command line holds a match is never a victim. Throws Error for one
// that is no expression.
class Protection {
 public:
  explicit Protection(const std::vector<std::string>& patterns);
  Protection(const Protection&) = delete;
  Protection& operator=(const Protection&) = delete;
  ~Protection();

  [[nodiscard]] bool covers(const sys::TreeMember& member) const;

 private:
  std::vector<std::unique_ptr<re2::RE2>> patterns_;
};

// What the choice goes by.
struct Choice {
  VictimOrder order = VictimOrder::largest;
  sys::ProcessId first{};        // the job's first process
  std::uint64_t used = 0;        // bytes, in all
  std::uint64_t enough = 0;      // what the use is to come below
  std::uint64_t negligible = 0;  // a process of so many bytes is not worth it
};

// The victim among the members that `may` allows, or none. The first process is taken only where all others
// together would not be enough: it is the job.
std::optional<sys::ProcessId> choose_victim(std::span<const sys::TreeMember> members, const Choice& choice,
                                            const std::function<bool(const sys::TreeMember&)>& may);

}  // namespace longhaul::memwatch
