// What /proc tells of processes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longhaul::sys {

// A process, told apart from a later one that has its number again.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start = 0;  // clock ticks after boot: field 22 of /proc/PID/stat

  friend bool operator==(const ProcessId&, const ProcessId&) = default;
  friend bool operator<(const ProcessId& a, const ProcessId& b) {
    return a.start != b.start ? a.start < b.start : a.pid < b.pid;
  }
};

struct ProcessStat {
  ProcessId id;
  pid_t parent = 0;
  char state = '?';                // R running, S sleeping, D in the kernel, T stopped, Z a zombie
  std::uint64_t minor_faults = 0;  // pages that it was given, without children
  std::uint64_t cpu_ticks = 0;     // user and system, without children
  std::uint64_t threads = 0;
  std::uint64_t resident_bytes = 0;
  std::string name;  // the program's, cut to 15 bytes by the kernel

  // A zombie runs no code any more: it waits for its parent to ask how it ended.
  [[nodiscard]] bool has_ended() const { return state == 'Z' || state == 'X'; }
};

struct OpenDescriptors {
  std::uint64_t all = 0;
  std::uint64_t sockets = 0;
};

class ProcessTable {
 public:
  // Another root is for tests.
  explicit ProcessTable(std::string root = "/proc") : root_{std::move(root)} {}

  // Nothing where there is no such process.
  [[nodiscard]] std::optional<ProcessStat> read(pid_t pid) const;
  // Not ended, and not another one with the same number.
  [[nodiscard]] bool is_running(ProcessId id) const;
  // The process that a thread belongs to.
  [[nodiscard]] std::optional<pid_t> process_of(pid_t thread) const;
  [[nodiscard]] std::vector<pid_t> all() const;

  // Those of all its threads.
  [[nodiscard]] std::vector<pid_t> children(pid_t of) const;
  // All that descend from a process, itself left out, parents before children; zombies too. While processes
  // fork and end, one may be missed: what must find all of them asks again until nothing new comes.
  [[nodiscard]] std::vector<ProcessStat> descendants(pid_t of) const;

  // Of other users' processes only root can tell: then nothing, or an empty answer.
  [[nodiscard]] std::optional<OpenDescriptors> descriptors(pid_t pid) const;
  // Their number alone, which costs less.
  [[nodiscard]] std::optional<std::uint64_t> descriptor_count(pid_t pid) const;
  [[nodiscard]] std::string
  command_line(pid_t pid) const;  // words divided by spaces; the name where it has none
  // The value of a variable in the environment that the program was started with.
  [[nodiscard]] std::optional<std::string> variable(pid_t pid, std::string_view name) const;

 private:
  [[nodiscard]] std::string path(pid_t pid, std::string_view file) const;
  [[nodiscard]] bool append_children(const ProcessStat& of, std::vector<pid_t>& children) const;
  [[nodiscard]] std::vector<ProcessStat> descendants_by_scan(pid_t of) const;

  std::string root_;
};

// Now, in the unit of ProcessId::start.
std::uint64_t ticks_since_boot();

// Throws core::Error where /proc is not there, or cannot be read: whoever goes on would take what runs for
// gone.
void require_proc();

// Of this process; throws core::Error where /proc is not there.
ProcessId own_id();

// Sends a signal to this very process and to no later one with its number; false where it is gone or may not
// be signalled.
bool send_signal(ProcessId to, int signal);

}  // namespace longhaul::sys
