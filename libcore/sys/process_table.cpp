#include "sys/process_table.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <ctime>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "sys/process_descriptor.hpp"

namespace longhaul::sys {
namespace {

using core::Directory;

// Files of /proc end where read() says so; they have no size. Nothing where the process is gone.
std::optional<std::string> read_file(const std::string& path) {
  const core::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> piece;
  while (true) {
    const auto count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0) return std::nullopt;
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const auto word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

// Numbered names of a folder: /proc itself, or the threads of a process.
std::vector<pid_t> numbered_entries(const std::string& path) {
  std::vector<pid_t> found;
  const Directory directory{::opendir(path.c_str())};
  if (!directory) return found;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (const auto pid = number<pid_t>(entry->d_name)) found.push_back(*pid);
  }
  return found;
}

// "1234 (name) S 1 ...": the name may hold blanks and brackets, so the last bracket ends it. proc(5) numbers
// the fields from 1; what follows the name begins with field 3.
std::optional<ProcessStat> parse_stat(std::string_view text) {
  const auto opening = text.find('(');
  const auto closing = text.rfind(')');
  if (opening == std::string_view::npos || closing == std::string_view::npos || closing < opening)
    return std::nullopt;
  constexpr std::size_t first_field = 3;
  constexpr std::size_t last_field = 24;
  std::array<std::string_view, last_field + 1> fields;
  auto rest = text.substr(closing + 1);
  for (std::size_t field = first_field; field <= last_field; ++field) fields[field] = take_word(rest);
  if (fields[last_field].empty()) return std::nullopt;

  ProcessStat stat;
  auto before = text.substr(0, opening);
  const auto count = [&](std::size_t field) { return number<std::uint64_t>(fields[field]).value_or(0); };
  stat.id = {number<pid_t>(take_word(before)).value_or(0), count(22)};
  stat.name = text.substr(opening + 1, closing - opening - 1);
  stat.state = fields[3].front();
  stat.parent = number<pid_t>(fields[4]).value_or(0);
  stat.minor_faults = count(10);
  stat.cpu_ticks = count(14) + count(15);
  stat.threads = count(20);
  static const auto page_size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  stat.resident_bytes = count(24) * page_size;
  return stat;
}

}  // namespace

std::string ProcessTable::path(pid_t pid, std::string_view file) const {
  std::string path = root_ + '/' + std::to_string(pid);
  if (!file.empty()) path.append("/").append(file);
  return path;
}

std::optional<ProcessStat> ProcessTable::read(pid_t pid) const {
  const core::Fd file{::open(path(pid, "stat").c_str(), O_RDONLY | O_CLOEXEC)};
  std::array<char, 1024> text;  // 52 numbers and a name, given whole by one read
  const auto size = file ? ::read(file.get(), text.data(), text.size()) : -1;
  return size > 0 ? parse_stat({text.data(), static_cast<std::size_t>(size)}) : std::nullopt;
}

bool ProcessTable::is_running(ProcessId id) const {
  const auto stat = read(id.pid);
  return stat && stat->id == id && !stat->has_ended();
}

std::optional<pid_t> ProcessTable::process_of(pid_t thread) const {
  const auto text = read_file(path(thread, "status"));
  constexpr std::string_view key = "\nTgid:\t";
  const auto at = text ? text->find(key) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view{*text}.substr(at + key.size());
  return number<pid_t>(take_word(rest));
}

std::vector<pid_t> ProcessTable::all() const { return numbered_entries(root_); }

// The kernel keeps children with the thread that forked them. False where it does not tell (it was built
// without CONFIG_PROC_CHILDREN).
bool ProcessTable::append_children(const ProcessStat& of, std::vector<pid_t>& children) const {
  const std::string tasks = path(of.id.pid, "task");
  const auto threads = of.threads > 1 ? numbered_entries(tasks) : std::vector<pid_t>{of.id.pid};
  bool told = of.has_ended();
  for (const pid_t thread : threads) {
    const auto text = read_file(tasks + '/' + std::to_string(thread) + "/children");
    if (!text) continue;
    told = true;
    std::string_view rest = *text;
    for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) {
      if (const auto pid = number<pid_t>(word)) children.push_back(*pid);
    }
  }
  return told;
}

std::vector<pid_t> ProcessTable::children(pid_t of) const {
  std::vector<pid_t> found;
  if (const auto stat = read(of)) (void)append_children(*stat, found);
  return found;
}

std::vector<ProcessStat> ProcessTable::descendants(pid_t of) const {
  std::vector<ProcessStat> found;
  std::vector<pid_t> children;
  const auto root = read(of);
  if (!root) return found;
  if (!append_children(*root, children)) return descendants_by_scan(of);
  std::unordered_set<pid_t> met;  // one that loses its parent meanwhile is listed twice
  for (std::size_t next = 0; next < children.size(); ++next) {
    auto stat = met.insert(children[next]).second ? read(children[next]) : std::nullopt;
    if (!stat) continue;
    (void)append_children(*stat, children);
    found.push_back(std::move(*stat));
  }
  return found;
}

std::vector<ProcessStat> ProcessTable::descendants_by_scan(pid_t of) const {
  std::unordered_multimap<pid_t, ProcessStat> by_parent;
  for (const pid_t pid : all()) {
    if (auto stat = read(pid)) by_parent.emplace(stat->parent, std::move(*stat));
  }
  std::vector<ProcessStat> found;
  std::vector<pid_t> parents{of};
  for (std::size_t next = 0; next < parents.size(); ++next) {
    const auto [first, last] = by_parent.equal_range(parents[next]);
    for (auto child = first; child != last; ++child) {
      parents.push_back(child->second.id.pid);
      found.push_back(child->second);
    }
  }
  return found;
}

std::optional<OpenDescriptors> ProcessTable::descriptors(pid_t pid) const {
  const std::string folder = path(pid, "fd");
  const Directory directory{::opendir(folder.c_str())};
  if (!directory) return std::nullopt;
  OpenDescriptors open;
  std::array<char, 16> target;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    ++open.all;
    const auto size = ::readlinkat(::dirfd(directory.get()), entry->d_name, target.data(), target.size());
    if (size > 0 && std::string_view{target.data(), static_cast<std::size_t>(size)}.starts_with("socket:"))
      ++open.sockets;
  }
  return open;
}

std::optional<std::uint64_t> ProcessTable::descriptor_count(pid_t pid) const {
  // Since Linux 6.2 it is the size of the folder.
  struct statfs kind {};
  struct stat folder {};
  const auto name = path(pid, "fd");
  const bool is_told = ::statfs(name.c_str(), &kind) == 0 && kind.f_type == PROC_SUPER_MAGIC &&
                       ::stat(name.c_str(), &folder) == 0 && folder.st_size > 0;
  if (is_told) return static_cast<std::uint64_t>(folder.st_size);
  const auto open = descriptors(pid);
  return open ? std::optional{open->all} : std::nullopt;
}

std::string ProcessTable::command_line(pid_t pid) const {
  auto words = read_file(path(pid, "cmdline")).value_or("");
  while (!words.empty() && words.back() == '\0') words.pop_back();
  if (words.empty()) {
    const auto stat = read(pid);
    return stat ? '[' + stat->name + ']' : std::string{};
  }
  std::ranges::replace(words, '\0', ' ');
  return words;
}

std::optional<std::string> ProcessTable::variable(pid_t pid, std::string_view name) const {
  const auto text = read_file(path(pid, "environ"));
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto entry = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string{entry.substr(name.size() + 1)};
  }
  return std::nullopt;
}

std::uint64_t ticks_since_boot() {
  static const auto ticks_a_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  constexpr std::uint64_t nanoseconds_a_second = 1'000'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * ticks_a_second +
         static_cast<std::uint64_t>(now.tv_nsec) * ticks_a_second / nanoseconds_a_second;
}

void require_proc() {
  if (::access("/proc/self/stat", R_OK) != 0) throw core::Error{"/proc", "is not mounted, or cannot be read"};
}

ProcessId own_id() {
  const auto stat = ProcessTable{}.read(::getpid());
  if (!stat) throw core::Error{"/proc/self/stat", "cannot be read; is /proc mounted?"};
  return stat->id;
}

bool send_signal(ProcessId to, int signal) {
  const core::Fd process = open_process(to.pid);
  const auto stat = ProcessTable{}.read(to.pid);
  if (!stat || stat->id != to) return false;
  if (!process) return ::kill(to.pid, signal) == 0;
  return signal_through(process, signal);
}

}  // namespace longhaul::sys
