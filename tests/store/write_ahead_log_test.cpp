#include "store/write_ahead_log.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

namespace longhaul::store {
namespace {

using namespace std::chrono_literals;

class Place {
 public:
  Place() { std::filesystem::create_directories(root_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { std::filesystem::remove_all(root_); }
  [[nodiscard]] std::string database() const { return root_ / "db"; }

 private:
  std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("longhaul_log_" + std::to_string(::getpid()));
};

Database opened(const std::string& path) {
  Database database{path, Database::Mode::create, 5s};
  database.run("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF");
  return database;
}

Database made(const std::string& path) {
  Database database = opened(path);
  database.run("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, key, value); CREATE INDEX "
               "i ON t (key);"
               "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300) "
               "INSERT INTO t (key, value) SELECT random(), hex(randomblob(200)) FROM n");
  return database;
}

void write_row(const Database& database) {
  database.run("BEGIN IMMEDIATE; INSERT INTO t (key, value) VALUES (random(), hex(randomblob(100 + "
               "abs(random() % 300))));"
               "DELETE FROM t WHERE id = (SELECT min(id) FROM t); COMMIT");
}

// A process that does this over and over, until it is killed.
class Busy {
 public:
  explicit Busy(void (*work)(const std::string&), const std::string& path) : pid_{::fork()} {
    REQUIRE(pid_ >= 0);
    while (pid_ == 0) work(path);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  ~Busy() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_;
};

void write_for_ever(const std::string& path) {
  try {
    const Database database = opened(path);
    while (true) {
      write_row(database);
      ::usleep(300);
    }
  } catch (const core::Error&) {
    ::pause();  // the check at the end tells
  }
}

TEST_CASE("a log that was moved as a whole begins anew with the next commit") {
  const Place here;
  const Database database = made(here.database());
  WriteAheadLog log{database};
  write_row(database);
  const int before = log.frames();
  CHECK(log.catch_up());
  write_row(database);
  CHECK(log.frames() < before);
}

TEST_CASE("a log does not begin anew under a reader that began before it was moved") {
  const Place here;
  const Database database = made(here.database());
  const Database other = opened(here.database());
  WriteAheadLog log{database};
  write_row(database);
  const int before = log.frames();
  {
    const ReadTransaction reading{other};
    CHECK(log.catch_up());
    write_row(database);
    CHECK(log.frames() > before);
    CHECK_FALSE(log.catch_up());
  }
  CHECK(log.catch_up());
}

TEST_CASE("a log that is emptied has no bytes, unless a reader holds it") {
  const Place here;
  const Database database = made(here.database());
  const Database other{here.database(), Database::Mode::read_only, 0s};
  database.run("PRAGMA busy_timeout = 0");
  WriteAheadLog log{database};
  write_row(database);
  {
    const ReadTransaction reading{other};
    write_row(database);
    log.empty();
    CHECK(log.size() > 0);
  }
  log.empty();
  CHECK(log.size() == 0);
}

// Without the reader that WriteAheadLog has, three of six runs of two seconds found damage.
TEST_CASE("a log that is moved without end among writers on a busy machine damages nothing") {
  const Place here;
  const std::string path = here.database();
  { made(path); }
  {
    const std::array<Busy, 2> writers{Busy{write_for_ever, path}, Busy{write_for_ever, path}};
    const auto spin = [](const std::string&) {
      std::atomic<int> turns = 0;
      while (++turns < 1'000'000) {
      }
    };
    const std::array<Busy, 4> others{Busy{spin, path}, Busy{spin, path}, Busy{spin, path}, Busy{spin, path}};
    const Database database = opened(path);
    WriteAheadLog log{database};
    for (const auto end = std::chrono::steady_clock::now() + 3s; std::chrono::steady_clock::now() < end;)
      (void)log.catch_up();
  }
  CHECK(opened(path).text("PRAGMA integrity_check") == "ok");
}

}  // namespace
}  // namespace longhaul::store
