#include "sys/memory_tree.hpp"

#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace longhaul::sys {
namespace {

using std::chrono::steady_clock;

// Members of which nothing changes are read in turns where they are many and looks are frequent.
constexpr std::size_t many_members = 64;
constexpr std::chrono::milliseconds frequent{50};
constexpr std::uint8_t quiet_after = 3;  // looks
constexpr std::uint64_t turns = 4;

// New processes are met by their numbers, one after another. Where those of so many are to be met, or they
// began again at 1, all members are asked for their children: not more than a hundredth of the time.
constexpr pid_t most_to_meet = 4096;
constexpr int share_of_search = 100;
// How long a fork may take between its number and its sight.
constexpr std::chrono::milliseconds longest_fork{200};

// What a file of /proc holds now; nothing where its process is gone. The text lives in the buffer.
std::optional<std::string_view> text_of(int file, std::span<char> buffer) {
  const auto size = ::pread(file, buffer.data(), buffer.size(), 0);
  if (size < 0) return std::nullopt;
  return std::string_view{buffer.data(), static_cast<std::size_t>(size)};
}

core::Fd opened(const std::string& path) { return core::Fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}; }

std::uint64_t take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{} ? value : 0;
}

// "Pss:      1234 kB"
std::uint64_t kilobytes_of(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string_view::npos) return 0;
  auto rest = text.substr(at + key.size());
  return take_number(rest) * 1024;
}

}  // namespace

std::uint64_t TreeMember::proportional() const {
  const auto own = memory.own();
  if (!measured) return own;
  const auto grown = own - std::min(own, own_at_measure);
  const auto shrunk = own_at_measure - std::min(own_at_measure, own);
  return measured->resident + grown - std::min(measured->resident, shrunk);
}

MemoryTree::MemoryTree(std::string proc, std::size_t most_members)
    : proc_{std::move(proc)}, table_{proc_}, most_{most_members}, load_{opened(proc_ + "/loadavg")},
      page_{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))} {
  members_.reserve(most_);
  files_.reserve(most_);
  pids_.reserve(most_);
  left_out_.reserve(16);
  newest_ = met_up_to_ = newest_process();
  struct rlimit descriptors {};
  constexpr std::size_t left_to_others = 64;
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_cur > 2 * left_to_others)
    most_files_ = static_cast<std::size_t>(descriptors.rlim_cur) - left_to_others;
}

std::string MemoryTree::path(pid_t pid, std::string_view file) const {
  return proc_ + '/' + std::to_string(pid) + '/' + std::string{file};
}

bool MemoryTree::is_member(pid_t pid) const { return std::ranges::binary_search(pids_, pid); }

void MemoryTree::leave_out(pid_t pid) { left_out_.push_back(pid); }

void MemoryTree::no_longer_leave_out(pid_t pid) { std::erase(left_out_, pid); }

bool MemoryTree::add_member(pid_t pid) {
  if (std::ranges::find(left_out_, pid) != left_out_.end()) return false;
  if (is_member(pid)) return true;
  const auto stat = table_.read(pid);
  return stat && add_member(*stat);
}

bool MemoryTree::add_member(const ProcessStat& stat) {
  const pid_t pid = stat.id.pid;
  if (stat.has_ended()) return false;
  is_full_ = is_full_ || members_.size() == most_;
  if (members_.size() == most_) return false;
  TreeMember member;
  member.id = stat.id;
  member.parent = stat.parent;
  std::strncpy(member.name.data(), stat.name.c_str(), member.name.size() - 1);
  // Where no more descriptors may be kept, the file is opened at each look.
  core::Fd file = files_.size() < most_files_ ? opened(path(pid, "statm")) : core::Fd{};
  if (!table_.is_running(stat.id)) return false;  // the file may be another's, with the same number
  member.borrows = borrows_memory(member);
  members_.push_back(member);
  files_.push_back({std::move(file), 0});
  pids_.insert(std::ranges::lower_bound(pids_, pid), pid);
  ++changes_;
  if (read_memory(members_.size() - 1) != Read::gone) return true;
  mark_gone(members_.size() - 1);
  remove_gone();
  return false;
}

bool MemoryTree::add(pid_t root) {
  if (!add_member(root)) return false;
  for (const auto& below : table_.descendants(root)) (void)add_member(below.id.pid);
  return true;
}

void MemoryTree::add(std::span<const ProcessStat> processes) {
  for (const auto& one : processes) {
    const bool is_left_out = std::ranges::find(left_out_, one.id.pid) != left_out_.end();
    if (!is_left_out && !is_member(one.id.pid)) (void)add_member(one);
  }
}

void MemoryTree::replace(std::span<const pid_t> pids) {
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (std::ranges::find(pids, members_[index].id.pid) == pids.end()) mark_gone(index);
  }
  remove_gone();
  for (const pid_t pid : pids) (void)add_member(pid);
}

// From vfork to exec, which is how most programs start others, the child has the parent's memory, not a copy
// of it. Which is not to be seen in /proc: the kernel compares, where it may be asked.
bool MemoryTree::borrows_memory(const TreeMember& member) const {
  if (proc_ != "/proc" || !is_member(member.parent)) return false;
  return ::syscall(SYS_kcmp, member.id.pid, member.parent, KCMP_VM, 0, 0) == 0;
}

// The file belongs to the process, whatever has its number later.
MemoryTree::Read MemoryTree::read_memory(std::size_t index) {
  std::array<char, 128> buffer;
  auto& member = members_[index];
  // Asked before the file is: what that says then is of the program that was executed.
  member.borrows = member.borrows && borrows_memory(member);
  core::Fd other;
  if (!files_[index].statm) {
    other = opened(path(member.id.pid, "statm"));
    if (!other) return errno == EMFILE || errno == ENFILE ? Read::failed : Read::gone;
    if (!table_.is_running(member.id)) return Read::gone;
  }
  const int file = other ? other.get() : files_[index].statm.get();
  auto text = text_of(file, buffer);
  if (!text || text->empty()) return Read::gone;
  const auto whole = take_number(*text);
  const auto resident = take_number(*text) * page_;
  const auto shared = take_number(*text) * page_;
  // One that waits for its parent to ask how it ended has nothing left.
  if (whole == 0 && !table_.is_running(member.id)) return Read::gone;
  member.before = member.memory;
  if (member.borrows) return Read::done;
  const bool is_same = resident == member.memory.resident && shared == member.memory.shared;
  auto& quiet = files_[index].unchanged_looks;
  quiet = is_same ? static_cast<std::uint8_t>(std::min<unsigned>(quiet + 1U, quiet_after)) : std::uint8_t{0};
  member.memory = {resident, shared};
  return Read::done;
}

pid_t MemoryTree::newest_process() const {
  std::array<char, 64> buffer;
  const auto text = text_of(load_.get(), buffer);  // "0.20 0.18 0.12 1/80 11206"
  if (!text) return 0;
  auto word = text->substr(text->rfind(' ') + 1);
  return static_cast<pid_t>(take_number(word));
}

void MemoryTree::add_new_children(pid_t pid) {
  for (const pid_t child : table_.children(pid)) {
    if (!is_member(child)) (void)add_member(child);
  }
}

// A number may be a thread's.
void MemoryTree::meet(pid_t pid) {
  if (is_member(pid)) return;
  const auto stat = table_.read(pid);
  const bool is_adopted = stat && adopter_ != 0 && stat->parent == adopter_;
  if (!stat || (!is_adopted && !is_member(stat->parent))) return;
  if (table_.process_of(pid).value_or(pid) == pid) (void)add_member(pid);
}

void MemoryTree::find_new(steady_clock::time_point now) {
  const pid_t newest = newest_process();
  if (newest == newest_ && newest == met_up_to_) return;
  if (newest < met_up_to_ || newest - met_up_to_ > most_to_meet) {
    search(now);
    return;
  }
  for (pid_t pid = met_up_to_ + 1; pid <= newest; ++pid) meet(pid);
  if (now < newest_since_ + longest_fork) return;
  met_up_to_ = newest_;
  newest_ = newest;
  newest_since_ = now;
}

void MemoryTree::search(steady_clock::time_point now) {
  if (now < next_search_) return;
  const auto begun = steady_clock::now();
  const pid_t newest = newest_process();
  if (adopter_ != 0) add_new_children(adopter_);
  // New members at the end are asked too.
  for (std::size_t asked = 0; asked < members_.size();) add_new_children(members_[asked++].id.pid);
  newest_ = met_up_to_ = newest;
  newest_since_ = now;
  next_search_ = now + (steady_clock::now() - begun) * share_of_search;
}

void MemoryTree::mark_gone(std::size_t index) {
  pids_.erase(std::ranges::lower_bound(pids_, members_[index].id.pid));
  members_[index].id.pid = 0;  // as remove_gone() wants it
  ++changes_;
}

void MemoryTree::remove_gone() {
  std::size_t kept = 0;
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (members_[index].id.pid == 0) continue;
    if (kept != index) {
      members_[kept] = members_[index];
      files_[kept] = std::move(files_[index]);
    }
    ++kept;
  }
  members_.resize(kept);
  files_.resize(kept);
}

void MemoryTree::look(steady_clock::time_point now) {
  ++looks_;
  find_new(now);
  const bool in_turns = members_.size() > many_members && now < last_look_ + frequent;
  last_look_ = now;
  bool one_is_gone = false;
  for (std::size_t index = 0; index < members_.size(); ++index) {
    if (in_turns && files_[index].unchanged_looks >= quiet_after && (index + looks_) % turns != 0) continue;
    if (read_memory(index) != Read::gone) continue;
    mark_gone(index);
    one_is_gone = true;
  }
  if (one_is_gone) remove_gone();
}

std::chrono::nanoseconds MemoryTree::measure(Which which) {
  const auto begun = steady_clock::now();
  if (which == Which::all) changes_ = 0;
  for (std::size_t index = 0; index < members_.size(); ++index) {
    auto& member = members_[index];
    if (member.borrows || (which == Which::unmeasured && member.measured)) continue;
    // Before, not after: what comes while the pages are walked may be missed by that, and is rather counted
    // twice.
    (void)read_memory(index);
    const auto own = member.memory.own();
    // One that is about to end cannot be asked any more: what was known of it stays.
    if (const auto measured = measure_memory(member.id.pid, proc_)) {
      member.measured = measured;
      member.own_at_measure = own;
    }
  }
  return steady_clock::now() - begun;
}

TreeMember* MemoryTree::find(ProcessId id) {
  const auto found = std::ranges::find(members_, id, &TreeMember::id);
  return found == members_.end() ? nullptr : &*found;
}

MemoryTree::Sums MemoryTree::sums() const {
  Sums sums;
  for (const auto& member : members_) {
    ++sums.processes;
    sums.resident += member.memory.resident;
    sums.own += member.memory.own();
    sums.shared += member.memory.shared;
    sums.proportional += member.proportional();
    sums.swapped += member.measured ? member.measured->swapped : 0;
    sums.unmeasured += member.measured ? 0 : member.memory.own();
  }
  return sums;
}

std::uint64_t MemoryTree::given() const {
  std::uint64_t faults = 0;
  for (const auto& member : members_) {
    const auto stat = table_.read(member.id.pid);
    faults += stat ? stat->minor_faults : 0;
  }
  return faults * page_;
}

std::optional<ProportionalMemory> measure_memory(pid_t pid, const std::string& proc) {
  std::array<char, 4096> buffer;
  const core::Fd file = opened(proc + '/' + std::to_string(pid) + "/smaps_rollup");
  if (!file) return std::nullopt;
  const auto text = text_of(file.get(), buffer);
  if (!text || text->empty()) return std::nullopt;
  return ProportionalMemory{kilobytes_of(*text, "\nPss:"), kilobytes_of(*text, "\nSwapPss:")};
}

Glance glance_at_machine() {
  struct sysinfo machine {};
  if (::sysinfo(&machine) != 0) return {};
  const std::uint64_t unit = machine.mem_unit;
  return {machine.totalram * unit, machine.freeram * unit, machine.procs};
}

std::optional<MachineMemory> machine_memory(const std::string& proc) {
  std::array<char, 4096> buffer;
  const core::Fd file = opened(proc + "/meminfo");
  const auto text = file ? text_of(file.get(), buffer) : std::nullopt;
  if (!text || text->empty()) return std::nullopt;
  return MachineMemory{kilobytes_of(*text, "MemTotal:"), kilobytes_of(*text, "\nMemAvailable:")};
}

}  // namespace longhaul::sys
