#include "sys/memory_tree.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using longhaul::sys::MemoryTree;

namespace {

constexpr std::uint64_t page = 4096;

// A /proc of files.
class FakeProc {
 public:
  FakeProc() : root_{fs::temp_directory_path() / ("memory." + std::to_string(::getpid()))} {
    fs::create_directories(root_);
    newest(1);
  }
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;
  ~FakeProc() { fs::remove_all(root_); }

  [[nodiscard]] std::string root() const { return root_.string(); }
  // Without it no new process is looked for.
  void newest(pid_t pid) const { write("loadavg", "0.20 0.18 0.12 1/80 " + std::to_string(pid) + "\n"); }
  void add(pid_t pid, pid_t parent, std::uint64_t resident, std::uint64_t shared = 0) const {
    const std::string folder = std::to_string(pid);
    fs::create_directories(root_ / folder / "task" / folder);
    std::string stat = folder + " (job) S " + std::to_string(parent);
    stat +=
        " 1 1 0 -1 4194560 100 0 0 0 7 5 0 0 20 0 1 0 " + std::to_string(100 + pid) + " 1000000 25 184467\n";
    write(folder + "/stat", stat);
    children(pid, "");
    memory(pid, resident, shared);
    newest(pid);
  }
  void memory(pid_t pid, std::uint64_t resident, std::uint64_t shared = 0) const {
    write(std::to_string(pid) + "/statm",
          "99999 " + std::to_string(resident) + ' ' + std::to_string(shared) + " 1 0 9 0\n");
  }
  void children(pid_t pid, const std::string& pids) const {
    const std::string folder = std::to_string(pid);
    write(folder + "/task/" + folder + "/children", pids);
  }
  void status(pid_t pid, const std::string& text) const { write(std::to_string(pid) + "/status", text); }
  void proportional(pid_t pid, std::uint64_t kilobytes) const {
    write(std::to_string(pid) + "/smaps_rollup",
          "5590-7ffe ---p 00000000 00:00 0 [rollup]\nRss: 99 kB\nPss:  " + std::to_string(kilobytes) +
              " kB\nPss_Anon: 7 kB\nSwapPss: 8 kB\n");
  }
  // As a process that is gone reads: with nothing.
  void end(pid_t pid) const { write(std::to_string(pid) + "/statm", ""); }

 private:
  void write(const std::string& path, const std::string& text) const {
    std::ofstream{root_ / path, std::ios::binary} << text;
  }
  fs::path root_;
};

std::chrono::steady_clock::time_point at(int milliseconds) {
  return std::chrono::steady_clock::time_point{} + std::chrono::hours{1} +
         std::chrono::milliseconds{milliseconds};
}

}  // namespace

TEST_CASE("a tree has its root, what descends from it, and what comes later") {
  const FakeProc proc;
  proc.add(10, 1, 100);
  proc.add(11, 10, 50);
  proc.children(10, "11 ");
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  CHECK(tree.sums().processes == 2);
  CHECK(tree.sums().resident == 150 * page);
  proc.add(12, 11, 7);
  tree.look(at(0));
  CHECK(tree.sums().processes == 3);
}

TEST_CASE("new processes are found when numbers have begun again, and where they are many") {
  const FakeProc proc;
  proc.add(30'000, 1, 100);
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(30'000));
  proc.add(7, 30'000, 50);
  proc.children(30'000, "7 ");
  tree.look(at(0));
  CHECK(tree.sums().processes == 2);
  proc.add(20'000, 7, 50);
  proc.children(7, "20000 ");
  tree.look(at(10'000));
  CHECK(tree.sums().processes == 3);
}

TEST_CASE("a thread's number is no process") {
  const FakeProc proc;
  proc.add(10, 1, 100);
  proc.add(11, 10, 50);
  proc.children(10, "11 ");
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  proc.add(12, 10, 50);  // a thread of 11
  proc.status(12, "Name:\tjob\nTgid:\t11\n");
  tree.look(at(0));
  CHECK(tree.sums().processes == 2);
}

TEST_CASE("a fork that is seen late is met all the same") {
  const FakeProc proc;
  proc.add(10, 1, 100);
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  proc.newest(11);
  tree.look(at(0));
  tree.look(at(50));
  CHECK(tree.sums().processes == 1);
  proc.add(11, 10, 50);
  tree.look(at(100));
  CHECK(tree.sums().processes == 2);
}

TEST_CASE("one that has lost its parent stays, and one that ended goes") {
  const FakeProc proc;
  proc.add(10, 1, 100);
  proc.add(11, 10, 50);
  proc.children(10, "11 ");
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  proc.end(10);
  tree.look(at(0));
  CHECK(tree.sums().processes == 1);
  CHECK(tree.sums().resident == 50 * page);
  // A new process with the number of the old one is nobody of the tree's.
  proc.add(10, 1, 1000);
  tree.look(at(1));
  CHECK(tree.sums().resident == 50 * page);
}

TEST_CASE("there is no tree without a root") {
  const FakeProc proc;
  MemoryTree tree{proc.root()};
  CHECK_FALSE(tree.add(10));
  CHECK_FALSE(MemoryTree{"/no/such/proc"}.add(::getpid()));
}

TEST_CASE("who is left out is no member, nor what descends from it") {
  const FakeProc proc;
  proc.add(10, 1, 100);
  proc.add(11, 10, 50);
  MemoryTree tree{proc.root()};
  tree.leave_out(11);
  tree.adopt_children_of(10);
  proc.add(12, 11, 50);
  tree.look(at(0));
  CHECK(tree.sums().processes == 0);
}

TEST_CASE("a process without a parent is nobody's child") {
  const FakeProc proc;
  proc.add(10, 1, 100);
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  proc.add(11, 0, 50);  // came into a container from outside
  tree.look(at(0));
  CHECK(tree.sums().processes == 1);
}

TEST_CASE("members follow a list") {
  const FakeProc proc;
  for (const pid_t pid : {10, 11, 12}) proc.add(pid, 1, 100);
  MemoryTree tree{proc.root()};
  tree.replace(std::vector<pid_t>{10, 11});
  CHECK(tree.sums().processes == 2);
  tree.replace(std::vector<pid_t>{11, 12});
  CHECK(tree.sums().processes == 2);
  CHECK(tree.find({10, 110}) == nullptr);
  CHECK(tree.find({12, 112}) != nullptr);
}

TEST_CASE("what a measure says counts, and what came since") {
  const FakeProc proc;
  proc.add(10, 1, 1000, 100);
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  CHECK(tree.sums().own == 900 * page);
  CHECK(tree.sums().proportional == 900 * page);
  CHECK(tree.sums().unmeasured == 900 * page);
  proc.proportional(10, 400);
  (void)tree.measure();
  CHECK(tree.sums().proportional == 400 * 1024);
  CHECK(tree.sums().swapped == 8 * 1024);
  CHECK(tree.sums().unmeasured == 0);
  proc.memory(10, 1010, 100);
  tree.look(at(0));
  CHECK(tree.sums().proportional == 400 * 1024 + 10 * page);
  proc.memory(10, 950, 100);
  tree.look(at(1));
  CHECK(tree.sums().proportional == 400 * 1024 - 50 * page);
  proc.memory(10, 0, 0);
  tree.look(at(2));
  CHECK(tree.sums().proportional == 0);
}

TEST_CASE("more members than a tree may have are counted") {
  const FakeProc proc;
  proc.add(10, 1, 1);
  for (const pid_t pid : {11, 12, 13}) proc.add(pid, 10, 1);
  proc.children(10, "11 12 13");
  MemoryTree tree{proc.root(), 2};
  REQUIRE(tree.add(10));
  CHECK(tree.members().size() == 2);
  CHECK(tree.is_full());
}

TEST_CASE("in a large tree a quiet member is met within four looks") {
  const FakeProc proc;
  proc.add(10, 1, 1);
  std::string pids;
  for (pid_t pid = 11; pid < 111; ++pid) {
    proc.add(pid, 10, 1);
    pids += std::to_string(pid) + ' ';
  }
  proc.children(10, pids);
  MemoryTree tree{proc.root()};
  REQUIRE(tree.add(10));
  for (int look = 0; look < 5; ++look) tree.look(at(look));  // often: quiet ones are read in turns
  proc.memory(60, 1000);
  for (int look = 5; look < 9; ++look) tree.look(at(look));
  CHECK(tree.sums().resident == (100 + 1000) * page);
}

TEST_CASE("the machine's memory is read") {
  const auto machine = longhaul::sys::machine_memory();
  REQUIRE(machine);
  CHECK(machine->total > machine->available);
  CHECK(machine->available > 0);
}
