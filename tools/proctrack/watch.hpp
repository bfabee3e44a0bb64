// Looks at a scope's processes from time to time, and remembers what was seen.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "ending.hpp"
#include "sys/process_table.hpp"
#include "sys/scope_record.hpp"

namespace longhaul::proctrack {

class Watch {
 public:
  Watch(Members members, std::string id) : members_{std::move(members)}, id_{std::move(id)} {}

  // Looks at all members.
  void look(core::Moment now);

  // Living members that do not carry the scope's mark; one may lose it at any time, by another program's
  // start.
  [[nodiscard]] const std::set<sys::ProcessId>& strays() const { return strays_; }
  // Whether the last look found others than the one before.
  [[nodiscard]] bool strays_changed() const { return strays_changed_; }
  [[nodiscard]] const sys::ScopeUsage& usage() const { return usage_; }
  // How many live, between two looks.
  void note_living(std::uint64_t count) { usage_.processes_peak = std::max(usage_.processes_peak, count); }
  // A process that ended, whether a look has seen it or not.
  void note_ended(pid_t pid);

 private:
  [[nodiscard]] bool is_stray(const sys::ProcessStat& member) const;
  void count_descriptors(const std::vector<sys::ProcessStat>& living, core::Moment now);

  Members members_;
  std::string id_;
  sys::ProcessTable table_;
  std::set<sys::ProcessId> known_;  // of the last look
  std::set<sys::ProcessId> strays_;
  bool strays_changed_ = false;
  sys::ScopeUsage usage_;
  core::Moment begun_{};
  core::Moment first_count_{};
};

}  // namespace longhaul::proctrack
