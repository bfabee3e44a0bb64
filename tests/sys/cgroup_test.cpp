#include "sys/cgroup.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

namespace {

std::optional<std::string> own_cgroup(const std::string& membership, const std::string& mounts) {
  const auto folder = fs::temp_directory_path() / ("cgroup." + std::to_string(::getpid()));
  fs::create_directory(folder);
  std::ofstream{folder / "membership"} << membership;
  std::ofstream{folder / "mounts"} << mounts;
  auto found = longhaul::sys::own_cgroup((folder / "membership").string(), (folder / "mounts").string());
  fs::remove_all(folder);
  return found;
}

constexpr auto unified = "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

}  // namespace

TEST_CASE("a process's group is found below the mount of version 2") {
  CHECK(own_cgroup("0::/user.slice/session-1.scope\n", unified) ==
        "/sys/fs/cgroup/user.slice/session-1.scope");
}

TEST_CASE("at the top of the hierarchy the group is the mount itself") {
  CHECK(own_cgroup("0::/\n", unified) == "/sys/fs/cgroup");
}

TEST_CASE("beside version 1, the line of version 2 counts") {
  CHECK(own_cgroup("9:pids:/a\n4:memory:/b\n0::/c\n",
                   "31 25 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
                   "32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n") ==
        "/sys/fs/cgroup/unified/c");
}

TEST_CASE("a container that sees a part of the hierarchy finds its group in that part") {
  CHECK(own_cgroup("0::/docker/abc/inner\n",
                   "30 25 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup rw\n") ==
        "/sys/fs/cgroup/inner");
}

TEST_CASE("without version 2 there is no group") {
  CHECK_FALSE(own_cgroup("4:memory:/b\n", "31 25 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"));
  CHECK_FALSE(own_cgroup("0::/\n", ""));
}
