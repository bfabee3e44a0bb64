#include "store/rotating_log.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"

namespace longhaul::store {
namespace {

namespace fs = std::filesystem;

struct Place {
  fs::path root = fs::temp_directory_path() / ("longhaul_log_" + std::to_string(::getpid()));
  std::string log = (root / "log").string();
  std::string archive = (root / "archive").string();

  Place() { fs::create_directories(root); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(root); }
};

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

TEST_CASE("a log that is there is taken up at its end") {
  const Place place;
  std::ofstream{place.log} << "before";
  for (const char last : {'e', '\n'}) {
    RotatingLog log{place.log};
    CHECK(log.last_byte() == last);
    CHECK(log.write("+\n").error == 0);
    CHECK(log.size() == fs::file_size(place.log));
  }
  CHECK(text_of(place.log) == "before+\n+\n");
}

TEST_CASE("a rotated log is the archive, and the new one has its mode") {
  const Place place;
  RotatingLog log{place.log};
  ::chmod(place.log.c_str(), 0600);
  log.write("one\n");
  CHECK(log.rotate_to(place.archive));
  CHECK(log.size() == 0);
  log.write("two\n");
  CHECK(text_of(place.archive) == "one\n");
  CHECK(text_of(place.log) == "two\n");
  struct stat status {};
  REQUIRE(::stat(place.log.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("an archive that is there is never written over") {
  const Place place;
  std::ofstream{place.archive} << "precious";
  RotatingLog log{place.log};
  log.write("one\n");
  CHECK_THROWS_AS(log.rotate_to(place.archive), core::Error);
  CHECK(log.write("two\n").error == 0);
  CHECK(text_of(place.archive) == "precious");
  CHECK(text_of(place.log) == "one\ntwo\n");
}

TEST_CASE("a log that was moved away, or replaced, is opened anew and not archived") {
  const Place place;
  RotatingLog log{place.log};
  log.write("one\n");
  fs::rename(place.log, place.root / "moved");
  CHECK_FALSE(log.rotate_to(place.archive));
  std::ofstream{place.log + "2"} << "other\n";
  fs::rename(place.log + "2", place.log);
  CHECK_FALSE(log.rotate_to(place.archive));
  CHECK(log.size() == 6);
  CHECK_FALSE(fs::exists(place.archive));
}

TEST_CASE("a device is written to and cannot rotate") {
  RotatingLog log{"/dev/full"};
  CHECK_FALSE(log.can_rotate());
  CHECK(log.write("x").error == ENOSPC);
}

}  // namespace
}  // namespace longhaul::store
