// What archives are called, and which have to go.
#include "store/archives.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace longhaul::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct Place {
  fs::path root = fs::temp_directory_path() / ("longhaul_archives_" + std::to_string(::getpid()));
  std::string log = (root / "log").string();

  Place() { fs::create_directories(root); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(root); }
  void file(const std::string& name, std::size_t size = 1) const {
    std::ofstream{root / name} << std::string(size, 'x');
  }
};

core::Time noon(std::chrono::seconds later = 0s) {
  return std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h + later;
}

TEST_CASE("names are in the order of time, also within a second") {
  const Place place;
  Archives archives{place.log};
  const std::string first = archives.next_path(noon());
  const std::string second = archives.next_path(noon());
  CHECK(first == place.log + ".20261124T120000Z-0001");
  CHECK(second == place.log + ".20261124T120000Z-0002");
  CHECK(archives.next_path(noon(1s)) == place.log + ".20261124T120001Z-0001");
}

TEST_CASE("a clock that is set back does not bring names out of order") {
  const Place place;
  Archives archives{place.log};
  std::string last = archives.next_path(noon());
  for (int i = 0; i < 12'000; ++i) {
    const std::string next = archives.next_path(noon(-std::chrono::seconds{i}));
    REQUIRE(next > last);
    last = next;
  }
}

TEST_CASE("names follow those that are there already") {
  const Place place;
  place.file("log.20270101T000000Z-0007.gz");
  Archives archives{place.log};
  CHECK(archives.next_path(noon()) == place.log + ".20270101T000000Z-0008");
}

TEST_CASE("only archives of the log are listed, oldest first") {
  const Place place;
  for (const char* name :
       {"log.20261124T120001Z-0001.zst", "log.20261124T120000Z-0002", "log.20261124T120000Z-0001.gz", "log",
        "log.lock", "log.20261124T120000Z-0003.tmp", "log.20261124T120000Z-0001.bak",
        "logs.20261124T120000Z-0001.gz", "log.2026-11-24", "other.log.20261124T120000Z-0001.gz"})
    place.file(name);
  const auto all = Archives{place.log}.list();
  REQUIRE(all.size() == 3);
  CHECK(all[0].path == place.log + ".20261124T120000Z-0001.gz");
  CHECK(all[1].plain());
  CHECK(all[2].ending == ".zst");
  CHECK(all[2].made == noon(1s));
}

TEST_CASE("what a killed run left is mended, and nothing else touched") {
  const Place place;
  for (const char* name :
       {"log.20261124T120000Z-0001", "log.20261124T120000Z-0001.gz", "log.20261124T120000Z-0002",
        "log.20261124T120000Z-0003.gz.tmp", "log.20261124T120000Z-0004.tmp", "notes.tmp"})
    place.file(name);
  Archives{place.log}.heal();
  CHECK_FALSE(fs::exists(place.root / "log.20261124T120000Z-0001"));
  CHECK(fs::exists(place.root / "log.20261124T120000Z-0001.gz"));
  CHECK(fs::exists(place.root / "log.20261124T120000Z-0002"));
  CHECK_FALSE(fs::exists(place.root / "log.20261124T120000Z-0003.gz.tmp"));
  CHECK_FALSE(fs::exists(place.root / "log.20261124T120000Z-0004.tmp"));
  CHECK(fs::exists(place.root / "notes.tmp"));
}

std::vector<Archive> three() {
  std::vector<Archive> all(3);
  for (int i = 0; i < 3; ++i) {
    all[static_cast<std::size_t>(i)].size = 100;
    all[static_cast<std::size_t>(i)].made = noon(std::chrono::hours{24 * i});
  }
  return all;
}

TEST_CASE("the oldest go, and no more than have to") {
  const core::Time now = noon(72h);
  const auto gone = [&](Retention retention, std::uint64_t reserved = 0) {
    return Archives::surplus(three(), retention, reserved, now).size();
  };
  CHECK(gone({}) == 0);
  CHECK(gone({.count = 3}) == 0);
  CHECK(gone({.count = 1}) == 2);
  CHECK(gone({.age = 72h}) == 0);
  CHECK(gone({.age = 71h}) == 1);
  CHECK(gone({.age = 1h}) == 3);
  CHECK(gone({.total_bytes = 300}) == 0);
  CHECK(gone({.total_bytes = 299}) == 1);
  CHECK(gone({.total_bytes = 300}, 150) == 2);
  CHECK(gone({.total_bytes = 1}) == 3);
}

}  // namespace
}  // namespace longhaul::store
