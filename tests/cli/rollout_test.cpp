#include "cli/rollout.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/fd.hpp"

using namespace longhaul;
namespace fs = std::filesystem;

namespace {

// A directory of the test's own, and the environment pointing into it.
struct Place {
  fs::path root = fs::temp_directory_path() / ("longhaul_rollout_" + std::to_string(::getpid()));
  fs::path log = root / "deep" / "shadow.jsonl";

  Place() { ::setenv("LONGHAUL_SHADOW_LOG", log.c_str(), 1); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    ::unsetenv("LONGHAUL_SHADOW_LOG");
    fs::remove_all(root);
  }

  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream{log}.rdbuf();
    return all.str();
  }
};

cli::Rollout with(const char* value) {
  ::setenv("LONGHAUL_TWO_WORDS", value, 1);
  cli::Session session{"two-words", cli::Role::filter};
  const auto rollout = cli::rollout_of(session);
  ::unsetenv("LONGHAUL_TWO_WORDS");
  return rollout;
}

const cli::Session session{"errsum", cli::Role::filter};

}  // namespace

TEST_CASE("the variable switches the tool, and is on by default") {
  CHECK(with("off") == cli::Rollout::off);
  CHECK(with("shadow") == cli::Rollout::shadow);
  CHECK(with("on") == cli::Rollout::on);
  CHECK(with("") == cli::Rollout::on);
  CHECK(with("maybe") == cli::Rollout::on);  // with one warning
  for (const char* word : {"OFF", "Off", "0", "no", "False"}) CHECK(with(word) == cli::Rollout::off);
  for (const char* word : {"ON", "1", "yes", "true"}) CHECK(with(word) == cli::Rollout::on);
}

TEST_CASE("the variable of all tools counts where the tool's own is not set") {
  ::setenv("LONGHAUL", "off", 1);
  CHECK(with("") == cli::Rollout::off);
  CHECK(with("shadow") == cli::Rollout::shadow);
  ::unsetenv("LONGHAUL");
}

TEST_CASE("a percentage is the part of all sessions that have the tool on") {
  constexpr int sessions = 10'000;
  for (const double percent : {0.0, 0.5, 5.0, 25.0, 99.0, 100.0}) {
    int on = 0;
    for (int i = 0; i < sessions; ++i) {
      const auto value = std::to_string(percent) + '%';
      on += cli::rollout_from(value, "session " + std::to_string(i)) == cli::Rollout::on ? 1 : 0;
    }
    // Four standard deviations of a binomial distribution.
    const double part = percent / 100;
    CHECK(std::abs(on - sessions * part) <= 4 * std::sqrt(sessions * part * (1 - part)));
  }
}

TEST_CASE("a session that is in a part is in every larger one") {
  for (int i = 0; i < 1000; ++i) {
    const auto id = std::to_string(i);
    if (cli::rollout_from("25%", id) == cli::Rollout::on)
      CHECK(cli::rollout_from("50%", id) == cli::Rollout::on);
  }
}

TEST_CASE("what is no percentage is told") {
  for (const char* value : {"%", "25", "-1%", "100.1%", "25 %", "1e1%", "nan%", "25%%", "off%"})
    CHECK_FALSE(cli::rollout_from(value, "a"));
}

TEST_CASE("a session keeps its place: by its name, or as the session of the system") {
  ::unsetenv("LONGHAUL_SESSION");
  CHECK_FALSE(cli::session_id().empty());
  CHECK(cli::session_id() == cli::session_id());
  ::setenv("LONGHAUL_SESSION", "night 7", 1);
  CHECK(cli::session_id() == "night 7");
  ::unsetenv("LONGHAUL_SESSION");
}

TEST_CASE("shadow records are one line each") {
  const Place place;
  cli::record_shadow(session, "{\"a\":1}");
  cli::record_shadow(session, "{\n\"a\":2\n}");
  const auto text = place.text();
  CHECK(text.starts_with("{\"tool\":\"errsum\",\"time\":"));
  CHECK(text.find(",\"shadow\":{\"a\":1}}\n") != std::string::npos);
  CHECK(text.ends_with(",\"shadow\":{ \"a\":2 }}\n"));
}

TEST_CASE("a log that reached 8 MiB is moved aside once") {
  const Place place;
  fs::create_directories(place.log.parent_path());
  std::ofstream{place.log} << std::string(std::size_t{8} << 20U, 'x');
  cli::record_shadow(session, "{}");
  CHECK(fs::file_size(place.log.string() + ".1") == std::size_t{8} << 20U);
  CHECK(place.text().ends_with(",\"shadow\":{}}\n"));
  CHECK(fs::file_size(place.log) < 100);
}

TEST_CASE("a log that cannot be written disturbs nobody") {
  for (const char* path : {"/proc/nowhere/log", "/dev/full", "/"}) {
    ::setenv("LONGHAUL_SHADOW_LOG", path, 1);
    cli::record_shadow(session, "{}");
  }
  ::unsetenv("LONGHAUL_SHADOW_LOG");
}

TEST_CASE("a log that is a full pipe does not hold the tool up") {
  const Place place;
  fs::create_directories(place.log.parent_path());
  REQUIRE(::mkfifo(place.log.c_str(), 0600) == 0);
  const core::Fd reader{::open(place.log.c_str(), O_RDONLY | O_NONBLOCK)};
  for (int i = 0; i < 100; ++i) cli::record_shadow(session, '"' + std::string(4000, 'x') + '"');
  CHECK(reader);
}
