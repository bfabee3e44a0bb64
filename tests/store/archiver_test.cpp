// The thread that compresses and removes archives.
#include "store/archiver.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace longhaul::store {
namespace {

namespace fs = std::filesystem;

struct Place {
  fs::path root = fs::temp_directory_path() / ("longhaul_archiver_" + std::to_string(::getpid()));
  std::string log = (root / "log").string();

  Place() { fs::create_directories(root); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(root); }

  void archive(int number, std::size_t size) const {
    std::ofstream{log + ".20261124T120000Z-000" + std::to_string(number)} << std::string(size, 'x');
  }
};

void ignore(const core::Error&) {}
bool never() { return false; }

TEST_CASE("all that waits is compressed before finish() returns") {
  const Place place;
  for (int i = 1; i <= 5; ++i) place.archive(i, 100'000);
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    Archiver archiver{place.log, {.compression = compression}, core::system_time, ignore};
    archiver.finish(never);
    place.archive(6, 3'000'000);
    archiver.added();
    archiver.finish(never);
    for (const Archive& each : Archives{place.log}.list()) CHECK_FALSE(each.plain());
    CHECK(Archives{place.log}.list().size() == 6);
    fs::remove(place.log + ".20261124T120000Z-0006" + std::string{ending_of(compression)});
  }
}

TEST_CASE("the total is held as soon as an archive is added") {
  const Place place;
  Archiver archiver{place.log,
                    {.compression = Compression::none, .retention = {.total_bytes = 1000}, .log_bound = 300},
                    core::system_time,
                    ignore};
  archiver.finish(never);
  for (int i = 1; i <= 5; ++i) {
    place.archive(i, 300);
    archiver.added();
    CHECK(Archives{place.log}.list().size() <= 2);
  }
}

TEST_CASE("an archiver that is ended early leaves whole archives only") {
  const Place place;
  for (int round = 0; round < 20; ++round) {
    for (int i = 1; i <= 5; ++i) place.archive(i, 2'000'000);
    { const Archiver archiver{place.log, {}, core::system_time, ignore}; }
    std::size_t there = 0;
    for (const auto& each : fs::directory_iterator{place.root}) {
      CHECK(each.path().extension() != ".tmp");
      ++there;
    }
    CHECK(there >= 5);
  }
}

TEST_CASE("what cannot be compressed is told, stays plain, and does not stop the rest") {
  const Place place;
  place.archive(1, 100);
  fs::create_directory(place.log + ".20261124T120000Z-0001.gz.tmp");
  int warnings = 0;
  {
    Archiver archiver{place.log, {}, core::system_time, [&](const core::Error&) { ++warnings; }};
    archiver.finish(never);
  }
  CHECK(warnings == 1);
  CHECK(fs::exists(place.log + ".20261124T120000Z-0001"));
}

}  // namespace
}  // namespace longhaul::store
