// Looks at a scope's processes from time to time, and remembers what was seen.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ending.hpp"
#include "record.hpp"
#include "sys/process_table.hpp"

namespace longhaul::proctrack {

class Watch {
 public:
  Watch(Members members, std::string id) : members_{std::move(members)}, id_{std::move(id)} {}

  // Living members, oldest first. Counts them.
  std::vector<sys::ProcessStat> look(Moment now);

  // Those seen first in the last look that do not carry the scope's mark.
  [[nodiscard]] const std::vector<sys::ProcessId>& new_strays() const { return new_strays_; }
  [[nodiscard]] const Usage& usage() const { return usage_; }
  // A process that ended, whether a look has seen it or not.
  void note_ended(pid_t pid);

 private:
  void meet(const sys::ProcessStat& member);
  void count_descriptors(const std::vector<sys::ProcessStat>& living, Moment now);

  Members members_;
  std::string id_;
  sys::ProcessTable table_;
  std::set<sys::ProcessId> known_;  // of the last look
  std::vector<sys::ProcessId> new_strays_;
  Usage usage_;
  Moment begun_{};
  Moment first_count_{};
};

}  // namespace longhaul::proctrack
