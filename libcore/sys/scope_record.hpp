// A scope as it is written down: what is needed to find and end it, by whoever comes when it died.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sys/process_table.hpp"

namespace longhaul::sys {

enum class Isolation { automatic, cgroup, pid_namespace, subreaper };

std::string_view name_of(Isolation isolation);

// What was seen of a scope so far. It grows as long as the scope lives, and stands in a line of fixed width
// that is written over.
struct ScopeUsage {
  std::uint64_t processes_started = 0;  // at least: a short life between two looks is not seen
  std::uint64_t processes_peak = 0;
  std::uint64_t memory_peak = 0;  // resident bytes summed over the processes, shared pages in each
  std::uint64_t descriptors_first = 0;
  std::uint64_t descriptors_last = 0;
  std::uint64_t descriptors_peak = 0;
  std::uint64_t sockets_peak = 0;
  std::uint64_t threads_peak = 0;
  std::uint64_t seconds_watched = 0;  // between the first count of descriptors and the last

  // Descriptors that the scope gains in an hour; nothing before it was watched for a minute.
  [[nodiscard]] std::optional<double> descriptors_per_hour() const;
};

struct ScopeRecord {
  std::string id;    // of the process that the caller waits for: "PID-START", "PID-START-N" where another
                     // PID namespace has the same
  std::string kind;  // run, slot, pool
  std::string name;  // of the scope; empty for none
  std::string slot;  // of the slot that it takes; empty for none
  std::chrono::sys_seconds started{};
  Isolation isolation = Isolation::subreaper;
  std::string cgroup;                // folder; empty for none
  std::string folder;                // of temporary files
  std::vector<std::string> cleanup;  // other paths that go with it
  ProcessId front;
  pid_t guardian = 0;             // while the scope lives it is this process, or nothing of it
  std::vector<ProcessId> strays;  // processes that carry no mark of the scope in their environment
  std::vector<std::string> command;
  ScopeUsage usage;
};

// The first two lines are written over as things change.
constexpr std::size_t usage_width = 200;  // bytes, the line's end included
std::string usage_line(const ScopeUsage& usage);
std::string guardian_line(pid_t guardian);

// All of it but for the strays, which stand behind.
std::string text_of(const ScopeRecord& record);
std::string stray_line(ProcessId stray);
std::string isolation_line(const ScopeRecord& record);  // with its control group; the later one counts
// Lines that are not understood are left out: a record may be cut off in the midst.
ScopeRecord parse_record(std::string_view text);

// Where the temporary files of a scope are, below a folder.
inline constexpr std::string_view scope_folder_prefix = "longhaul-scope-";
std::string scope_folder_path(const std::string& base, const std::string& id);

std::string text_of(ProcessId id);                         // "PID-START"
std::optional<ProcessId> parse_id(std::string_view text);  // with "-N" behind it, too

}  // namespace longhaul::sys
