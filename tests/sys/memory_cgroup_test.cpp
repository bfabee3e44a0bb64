#include "sys/memory_cgroup.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using longhaul::sys::MemoryCgroup;

namespace {

class Folder {
 public:
  Folder() : path_{fs::temp_directory_path() / ("group." + std::to_string(::getpid()))} {
    fs::create_directory(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string path(const std::string& below = "") const { return (path_ / below).string(); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name} << text;
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a folder without a memory controller is no memory group") {
  const Folder folder;
  CHECK_FALSE(MemoryCgroup::at(folder.path()));
  CHECK_FALSE(MemoryCgroup::at("/no/such/folder"));
}

TEST_CASE("version 2 counts without what the kernel gives up first") {
  const Folder folder;
  folder.write("g/memory.current", "1000\n");
  folder.write("g/memory.stat", "anon 600\nfile 400\ninactive_file 300\n");
  folder.write("g/memory.max", "max\n");
  folder.write("g/memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n");
  const auto group = MemoryCgroup::at(folder.path("g"));
  REQUIRE(group);
  CHECK(group->working_set() == 700);
  CHECK_FALSE(group->limit());
  CHECK(group->kills() == 2);
  CHECK(group->set_limit(5000));
  CHECK(group->own_limit() == 5000);
}

TEST_CASE("version 1 too, and the least limit around counts") {
  const Folder folder;
  folder.write("outer/memory.usage_in_bytes", "9000\n");
  folder.write("outer/memory.limit_in_bytes", "4000\n");
  folder.write("outer/g/memory.usage_in_bytes", "1000\n");
  folder.write("outer/g/memory.limit_in_bytes", "9223372036854771712\n");
  folder.write("outer/g/memory.stat", "cache 100\ntotal_inactive_file 250\n");
  folder.write("outer/g/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
  const auto group = MemoryCgroup::at(folder.path("outer/g"));
  REQUIRE(group);
  CHECK(group->working_set() == 750);
  CHECK_FALSE(group->own_limit());
  CHECK(group->limit() == 4000);
  CHECK(group->kills() == 1);
}

TEST_CASE("the own group is found in either version") {
  const Folder folder;
  folder.write("membership1", "5:memory:/jobs/a\n4:cpu,cpuacct:/\n0::/\n");
  folder.write("mounts1", "30 25 0:26 / /m/cpu rw - cgroup cgroup rw,cpu\n31 25 0:27 / " + folder.path("m") +
                              " rw - cgroup cgroup rw,memory\n");
  const auto first = MemoryCgroup::own(folder.path("membership1"), folder.path("mounts1"));
  REQUIRE(first);
  CHECK(first->folder() == folder.path("m") + "/jobs/a");

  folder.write("u/jobs/cgroup.controllers", "cpu memory pids\n");
  folder.write("membership2", "0::/jobs\n");
  folder.write("mounts2", "31 25 0:27 / " + folder.path("u") + " rw - cgroup2 cgroup2 rw\n");
  const auto second = MemoryCgroup::own(folder.path("membership2"), folder.path("mounts2"));
  REQUIRE(second);
  CHECK(second->folder() == folder.path("u") + "/jobs");
}
