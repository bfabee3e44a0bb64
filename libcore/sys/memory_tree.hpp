// The memory of a process tree, looked at again and again at little cost: files of /proc stay open, and
// whether there are new processes at all is asked of the kernel first.
//
// What the kernel keeps for each process (statm) counts a page that several share in each of them, but for
// pages of files and shared memory, which are told apart. What is shared after a fork is not; the
// proportional set size (smaps_rollup: each page divided by the number of its users) knows, and costs a
// walk over the page tables. So it is measured now and then, and statm tells what has changed since.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "sys/process_table.hpp"

namespace longhaul::sys {

// All in bytes.
struct MemoryOf {
  std::uint64_t resident = 0;  // shared pages in each process that has them
  std::uint64_t shared = 0;    // of these, pages of files and of shared memory

  [[nodiscard]] std::uint64_t own() const { return resident - std::min(resident, shared); }
};

// What smaps_rollup says; nothing where this user may not ask.
struct ProportionalMemory {
  std::uint64_t resident = 0;  // shared pages by the number of their users
  std::uint64_t swapped = 0;
};

struct TreeMember {
  ProcessId id;
  pid_t parent = 0;
  std::array<char, 16> name{};  // as the kernel has it
  MemoryOf memory;              // at the last look
  MemoryOf before;              // at the look before
  bool borrows = false;         // the memory is its parent's, another member, and counted there
  // What the proportional set size was at the last measure, and what own() was then.
  std::optional<ProportionalMemory> measured;
  std::uint64_t own_at_measure = 0;

  // The proportional set size, as far as is known: measured, and what came since.
  [[nodiscard]] std::uint64_t proportional() const;
};

class MemoryTree {
 public:
  struct Sums {
    std::uint64_t processes = 0;
    std::uint64_t resident = 0;
    std::uint64_t own = 0;
    std::uint64_t shared = 0;
    std::uint64_t proportional = 0;
    std::uint64_t swapped = 0;  // at the last measure
    std::uint64_t unmeasured =
        0;  // bytes of members that were not measured: what `proportional` may be wrong by
  };

  // Another root is for tests. No memory is taken after this for as many members; more are not watched. A
  // descriptor is kept for each, as far as this process may have them: 64 are left to others.
  explicit MemoryTree(std::string proc = "/proc", std::size_t most_members = 8192);

  // The process and all that descends from it, from now on: a child stays a member when it loses its parent.
  // False where there is no such process, or /proc does not show it.
  bool add(pid_t root);
  // Processes that were just read: members as of now, without what they start later.
  void add(std::span<const ProcessStat> processes);
  // The members are those of a list, and what they start until the next one.
  void replace(std::span<const pid_t> pids);
  // This process's own children are members, but for those that are left out: what loses its parent comes to
  // a subreaper.
  void adopt_children_of(pid_t pid) { adopter_ = pid; }
  // Never a member, nor what descends from it.
  void leave_out(pid_t pid);
  void no_longer_leave_out(pid_t pid);

  // Looks at all members.
  void look(std::chrono::steady_clock::time_point now);
  // Measures the proportional set size of all members, or of those that never were; how long that took.
  enum class Which { all, unmeasured };
  std::chrono::nanoseconds measure(Which which = Which::all);
  // Members that came or went since all were measured: what they share with others has shifted.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }
  // Pages that all members together were ever given, in bytes: also those that were shared and became their
  // own. Costs some microseconds a process.
  [[nodiscard]] std::uint64_t given() const;

  [[nodiscard]] std::span<const TreeMember> members() const { return members_; }
  [[nodiscard]] TreeMember* find(ProcessId id);
  [[nodiscard]] Sums sums() const;
  // Whether there were more processes than are watched.
  [[nodiscard]] bool is_full() const { return is_full_; }

 private:
  struct Files {
    core::Fd statm;
    std::uint8_t unchanged_looks = 0;
  };

  enum class Read { done, gone, failed };
  bool add_member(pid_t pid);
  bool add_member(const ProcessStat& stat);
  void add_new_children(pid_t pid);
  void meet(pid_t pid);
  void find_new(std::chrono::steady_clock::time_point now);
  void search(std::chrono::steady_clock::time_point now);
  [[nodiscard]] pid_t newest_process() const;
  Read read_memory(std::size_t index);
  [[nodiscard]] bool borrows_memory(const TreeMember& member) const;
  void mark_gone(std::size_t index);
  void remove_gone();
  [[nodiscard]] bool is_member(pid_t pid) const;
  [[nodiscard]] std::string path(pid_t pid, std::string_view file) const;

  std::string proc_;
  ProcessTable table_;
  std::size_t most_;
  core::Fd load_;  // /proc/loadavg, whose last word is the number of the newest process
  std::vector<TreeMember> members_;
  std::vector<Files> files_;  // of the member with the same index
  std::vector<pid_t> pids_;   // of the members, in order
  std::vector<pid_t> left_out_;
  pid_t adopter_ = 0;
  // Processes with higher numbers than this are still to be met: it is the newest of some time ago, since a
  // fork has its number before anybody sees it.
  pid_t met_up_to_ = 0;
  pid_t newest_ = 0;  // at the last look
  std::chrono::steady_clock::time_point newest_since_{};
  std::chrono::steady_clock::time_point next_search_{};
  std::uint64_t looks_ = 0;
  std::chrono::steady_clock::time_point last_look_{};
  std::uint64_t changes_ = 0;
  std::size_t most_files_ = 0;
  std::uint64_t page_ = 4096;
  bool is_full_ = false;
};

// Of one process; nothing where it is gone or may not be asked.
std::optional<ProportionalMemory> measure_memory(pid_t pid, const std::string& proc = "/proc");

// What can be asked for next to nothing: where neither has changed, nothing much has happened.
struct Glance {
  std::uint64_t total = 0;    // bytes
  std::uint64_t free = 0;     // bytes that nobody uses for anything
  std::uint64_t threads = 0;  // of all processes
};
Glance glance_at_machine();

// Of the machine, from meminfo. MemAvailable: what can be had without swapping.
struct MachineMemory {
  std::uint64_t total = 0;
  std::uint64_t available = 0;
};
std::optional<MachineMemory> machine_memory(const std::string& proc = "/proc");

}  // namespace longhaul::sys
