#include "base/remove_tree.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;
using longhaul::core::measure_tree;
using longhaul::core::remove_tree;

namespace {

class Folder {
 public:
  Folder() : path_{fs::temp_directory_path() / ("tree." + std::to_string(::getpid()))} {
    fs::create_directory(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

void write(const fs::path& path, std::size_t bytes) { std::ofstream{path} << std::string(bytes, 'x'); }

}  // namespace

TEST_CASE("a folder goes with all that is in it, and is counted") {
  const Folder folder;
  fs::create_directories(folder / "a/b/c");
  write(folder / "a/b/c/file", 10'000);
  write(folder / "a/.hidden", 1);
  const auto measured = measure_tree((folder / "a").string());
  CHECK(measured.files == 5);
  CHECK(measured.bytes >= 10'000);
  CHECK(fs::exists(folder / "a/b/c/file"));
  const auto removed = remove_tree((folder / "a").string());
  CHECK(removed.files == 5);
  CHECK(removed.bytes == measured.bytes);
  CHECK(removed.problem.empty());
  CHECK_FALSE(fs::exists(folder / "a"));
}

TEST_CASE("what is not there is removed already") {
  const Folder folder;
  const auto removed = remove_tree((folder / "none").string());
  CHECK(removed.files == 0);
  CHECK(removed.problem.empty());
}

TEST_CASE("a link is removed and what it points to stays") {
  const Folder folder;
  fs::create_directory(folder / "kept");
  write(folder / "kept/file", 1);
  fs::create_directory(folder / "gone");
  fs::create_directory_symlink(folder / "kept", folder / "gone/link");
  CHECK(remove_tree((folder / "gone").string()).problem.empty());
  CHECK_FALSE(fs::exists(folder / "gone"));
  CHECK(fs::exists(folder / "kept/file"));
}

TEST_CASE("a folder that forbids everything goes too") {
  const Folder folder;
  fs::create_directories(folder / "a/closed/inner");
  write(folder / "a/closed/inner/file", 1);
  ::chmod((folder / "a/closed/inner").c_str(), 0);
  ::chmod((folder / "a/closed").c_str(), 0500);
  CHECK(remove_tree((folder / "a").string()).problem.empty());
  CHECK_FALSE(fs::exists(folder / "a"));
}

TEST_CASE("a tree that is deeper than any path is long goes too") {
  const Folder folder;
  fs::create_directory(folder / "a");
  const auto here = fs::current_path();
  fs::current_path(folder / "a");
  constexpr int depth = 1500;
  for (int level = 0; level < depth; ++level) {
    ::mkdir("inner", 0700);
    REQUIRE(::chdir("inner") == 0);
  }
  write("file", 1);
  fs::current_path(here);
  const auto removed = remove_tree((folder / "a").string());
  CHECK(removed.problem.empty());
  CHECK(removed.files == depth + 2);
  CHECK_FALSE(fs::exists(folder / "a"));
}

TEST_CASE("a deep tree goes though its folders forbid writing and names are taken") {
  const Folder folder;
  fs::create_directories(folder / "a/.lifted-1/kept");
  const auto here = fs::current_path();
  fs::current_path(folder / "a");
  for (int level = 0; level < 450; ++level) {
    ::mkdir("inner", 0700);
    REQUIRE(::chdir("inner") == 0);
  }
  for (int level = 0; level < 450; ++level) {
    ::chmod(".", 0555);
    REQUIRE(::chdir("..") == 0);
  }
  fs::current_path(here);
  CHECK(measure_tree((folder / "a").string()).problem.empty());
  CHECK(remove_tree((folder / "a").string()).problem == "");
  CHECK_FALSE(fs::exists(folder / "a"));
}

TEST_CASE("a file with another name frees nothing") {
  const Folder folder;
  write(folder / "kept", 100'000);
  fs::create_hard_link(folder / "kept", folder / "name");
  const auto removed = remove_tree((folder / "name").string());
  CHECK(removed.files == 1);
  CHECK(removed.bytes == 0);
}
