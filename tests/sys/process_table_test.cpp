#include "sys/process_table.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using longhaul::sys::ProcessTable;

namespace {

// A /proc of files: what is asked of it is there, and nothing else.
class FakeProc {
 public:
  FakeProc() : root_{fs::temp_directory_path() / ("proc." + std::to_string(::getpid()))} {
    fs::create_directory(root_);
  }
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;
  ~FakeProc() { fs::remove_all(root_); }

  void add(pid_t pid, const std::string& name, char state, pid_t parent, std::uint64_t start) {
    std::string stat = std::to_string(pid) + " (" + name + ") " + state + ' ' + std::to_string(parent);
    stat += " 1 1 0 -1 4194560 100 0 0 0 7 5 0 0 20 0 3 0 " + std::to_string(start) + " 1000000 25 184467\n";
    write(pid, "stat", stat);
  }
  void write(pid_t pid, const std::string& file, std::string_view text) {
    const fs::path path = root_ / std::to_string(pid) / file;
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
  }
  void children(pid_t pid, pid_t thread, const std::string& pids) {
    write(pid, "task/" + std::to_string(thread) + "/children", pids);
  }

  [[nodiscard]] ProcessTable table() const { return ProcessTable{root_.string()}; }

 private:
  fs::path root_;
};

std::vector<pid_t> pids(const std::vector<longhaul::sys::ProcessStat>& processes) {
  std::vector<pid_t> found;
  for (const auto& one : processes) found.push_back(one.id.pid);
  return found;
}

}  // namespace

TEST_CASE("a process's name may hold brackets, blanks and line ends") {
  FakeProc proc;
  proc.add(10, "a) R (b\n c", 'S', 1, 777);
  const auto stat = proc.table().read(10);
  REQUIRE(stat);
  CHECK(stat->name == "a) R (b\n c");
  CHECK(stat->state == 'S');
  CHECK(stat->parent == 1);
  CHECK(stat->id.start == 777);
  CHECK(stat->cpu_ticks == 12);
  CHECK(stat->threads == 3);
  CHECK(stat->resident_bytes == 25 * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
}

TEST_CASE("a stat that is cut off, empty or missing is no process") {
  FakeProc proc;
  proc.write(11, "stat", "11 (cut) S 1 1");
  proc.write(12, "stat", "");
  CHECK_FALSE(proc.table().read(11));
  CHECK_FALSE(proc.table().read(12));
  CHECK_FALSE(proc.table().read(13));
}

TEST_CASE("a process with the same number and another start is another process") {
  FakeProc proc;
  proc.add(20, "now", 'S', 1, 500);
  CHECK(proc.table().is_running({20, 500}));
  CHECK_FALSE(proc.table().is_running({20, 400}));
}

TEST_CASE("a zombie does not run") {
  FakeProc proc;
  proc.add(21, "dead", 'Z', 1, 500);
  CHECK_FALSE(proc.table().is_running({21, 500}));
}

TEST_CASE("descendants are found through every thread's children, parents first") {
  FakeProc proc;
  proc.add(1, "top", 'S', 0, 1);
  proc.children(1, 1, "2 ");
  proc.children(1, 99, "3 ");
  proc.add(2, "a", 'S', 1, 2);
  proc.children(2, 2, "4 ");
  proc.add(3, "b", 'S', 1, 2);
  proc.children(3, 3, "");
  proc.add(4, "c", 'Z', 2, 3);
  auto found = pids(proc.table().descendants(1));
  CHECK(std::ranges::find(found, 2) < std::ranges::find(found, 4));
  std::ranges::sort(found);
  CHECK(found == std::vector<pid_t>{2, 3, 4});
}

TEST_CASE("descendants are found where the kernel has no lists of children") {
  FakeProc proc;
  proc.add(1, "top", 'S', 0, 1);
  proc.add(5, "other", 'S', 9, 1);
  proc.add(2, "a", 'S', 1, 2);
  proc.add(4, "c", 'S', 2, 3);
  CHECK(pids(proc.table().descendants(1)) == std::vector<pid_t>{2, 4});
}

TEST_CASE("a child that is gone when it is looked at is left out") {
  FakeProc proc;
  proc.add(1, "top", 'S', 0, 1);
  proc.children(1, 1, "2 3 ");
  proc.add(3, "b", 'S', 1, 2);
  CHECK(pids(proc.table().descendants(1)) == std::vector<pid_t>{3});
}

TEST_CASE("a variable is found by its whole name") {
  FakeProc proc;
  proc.write(6, "environ", std::string_view{"NAMES=a\0NAME=b=c\0EMPTY=\0", 24});
  CHECK(proc.table().variable(6, "NAME") == "b=c");
  CHECK(proc.table().variable(6, "EMPTY") == "");
  CHECK_FALSE(proc.table().variable(6, "NAM"));
  CHECK_FALSE(proc.table().variable(7, "NAME"));
}

TEST_CASE("a command line is its words, or the name where there are none") {
  FakeProc proc;
  proc.add(8, "kthread", 'S', 1, 1);
  proc.write(8, "cmdline", "");
  proc.write(9, "cmdline", std::string_view{"node\0a b\0", 9});
  CHECK(proc.table().command_line(8) == "[kthread]");
  CHECK(proc.table().command_line(9) == "node a b");
}

TEST_CASE("a signal reaches the process and not a later one with its number") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    while (true) ::pause();
  }
  auto id = ProcessTable{}.read(child)->id;
  CHECK_FALSE(longhaul::sys::send_signal({id.pid, id.start + 1}, SIGKILL));
  CHECK(ProcessTable{}.is_running(id));
  CHECK(longhaul::sys::send_signal(id, SIGKILL));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WTERMSIG(status) == SIGKILL);
  CHECK_FALSE(longhaul::sys::send_signal(id, 0));
}
