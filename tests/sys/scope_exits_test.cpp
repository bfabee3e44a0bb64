#include "sys/scope_exits.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace fs = std::filesystem;
using namespace longhaul::sys;

namespace {

class State {
 public:
  State() { fs::create_directory(path_); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { fs::remove_all(path_); }

  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] fs::path file(const std::string& name) const { return path_ / "exits" / name; }
  void put(const std::string& name, const std::string& text) const { std::ofstream{file(name)} << text; }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator{path_ / "exits"}, fs::directory_iterator{});
  }

 private:
  fs::path path_ = fs::temp_directory_path() / ("scope_exits." + std::to_string(::getpid()));
};

constexpr double some_time = 1'760'000'000.125;

void make_older(const fs::path& path, std::chrono::seconds age) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - age);
}

}  // namespace

TEST_CASE("an exit is read as it was recorded, and the last one counts") {
  const State state;
  CHECK_FALSE(last_exit(state.path(), "one"));
  for (const auto* ending : {"exited", "signal", "timeout", "stopped", "killed"}) {
    REQUIRE(record_exit(state.path(), "one", {some_time, 139, ending}));
    const auto exit = last_exit(state.path(), "one");
    REQUIRE(exit);
    CHECK(exit->ended_at == doctest::Approx(some_time).epsilon(1e-12));
    CHECK(exit->status == 139);
    CHECK(exit->ending == ending);
  }
  CHECK(state.files() == 1);
  CHECK_FALSE(last_exit(state.path(), "other"));
}

TEST_CASE("an exit is its user's alone") {
  const State state;
  REQUIRE(record_exit(state.path(), "one", {some_time, 0, "exited"}));
  CHECK(fs::status(state.file("one")).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(state.file("")).permissions() == fs::perms::owner_all);
}

TEST_CASE("a damaged record of an exit is none") {
  const State state;
  const std::string whole = "ended 1760000000.125\nstatus 3\nending exited\n";
  REQUIRE(record_exit(state.path(), "one", {some_time, 3, "exited"}));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    state.put("one", whole.substr(0, size));
    CHECK_FALSE(last_exit(state.path(), "one"));
  }
  for (const auto& wrong : {whole + whole, whole + std::string(5000, 'x'), std::string(5000, '\0'),
                            std::string{"\n\n\n"}, std::string{"ended inf\nstatus 3\nending exited\n"},
                            std::string{"ended 1x\nstatus 3\nending exited\n"},
                            std::string{"ended 1\nstatus 99999999999\nending exited\n"},
                            std::string{"ended 1\nstatus 3\nending unheard-of\n"},
                            std::string{"status 3\nended 1\nending exited\n"}}) {
    state.put("one", wrong);
    CHECK_FALSE(last_exit(state.path(), "one"));
  }
  state.put("one", whole);
  CHECK(last_exit(state.path(), "one"));
}

TEST_CASE("something else in the place of a record stops nobody") {
  const State state;
  REQUIRE(record_exit(state.path(), "one", {some_time, 3, "exited"}));
  REQUIRE(::mkfifo(state.file("pipe").c_str(), 0600) == 0);
  fs::create_symlink(state.file("one"), state.file("link"));
  fs::create_directories(state.file("folder") / "inner");
  for (const auto* name : {"pipe", "link", "folder"}) CHECK_FALSE(last_exit(state.path(), name));
  CHECK_FALSE(record_exit(state.path(), "folder", {some_time, 3, "exited"}));
  CHECK(record_exit(state.path(), "pipe", {some_time, 3, "exited"}));
  CHECK(last_exit(state.path(), "pipe"));
  CHECK(state.files() == 4);
}

TEST_CASE("a folder that is gone is not made again, and one that cannot be made is no failure") {
  const State state;
  CHECK_FALSE(record_exit(state.path() + "/none", "one", {some_time, 3, "exited"}));
  CHECK_FALSE(fs::exists(state.path() + "/none"));
  CHECK_FALSE(last_exit(state.path() + "/none", "one"));
  std::ofstream{state.path() + "/exits"} << "a file";
  CHECK_FALSE(record_exit(state.path(), "one", {some_time, 3, "exited"}));
  CHECK_FALSE(last_exit(state.path(), "one"));
  remove_old_exits(state.path());
  remove_old_exits(state.path() + "/none");
}

TEST_CASE("what is no name is not recorded") {
  const State state;
  for (const auto& wrong :
       {std::string{}, std::string{"../one"}, std::string{".one"}, std::string(65, 'x')}) {
    CHECK_FALSE(record_exit(state.path(), wrong, {some_time, 3, "exited"}));
    CHECK_FALSE(last_exit(state.path(), wrong));
  }
}

TEST_CASE("any number can be recorded") {
  const State state;
  CHECK(record_exit(state.path(), "one", {std::numeric_limits<double>::max(), -1, "exited"}));
  CHECK(last_exit(state.path(), "one"));
}

TEST_CASE("old exits are removed, and those that were left half written") {
  const State state;
  for (const auto* name : {"new", "old"}) REQUIRE(record_exit(state.path(), name, {some_time, 3, "exited"}));
  state.put(".torn.123456", "ended 17");
  make_older(state.file("new"), exits_are_kept - std::chrono::minutes{1});
  for (const auto* name : {"old", ".torn.123456"})
    make_older(state.file(name), exits_are_kept + std::chrono::minutes{1});
  remove_old_exits(state.path());
  CHECK(last_exit(state.path(), "new"));
  CHECK(state.files() == 1);
}
