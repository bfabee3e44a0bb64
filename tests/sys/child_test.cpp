#include "sys/child.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"

using namespace longhaul;
using sys::Child;
using sys::Pipes;
using sys::Stream;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

namespace {

struct Outcome {
  std::string out;
  std::string err;
  int status = 0;
};

Outcome run(const std::vector<std::string>& command, Pipes pipes = Pipes::separate) {
  Outcome outcome;
  auto child = Child::start(command, pipes);
  child.read_output([&](Stream stream, std::string_view bytes) {
    (stream == Stream::out ? outcome.out : outcome.err) += bytes;
  });
  outcome.status = child.wait();
  return outcome;
}

Outcome shell(const std::string& script, Pipes pipes = Pipes::separate) {
  return run({"sh", "-c", script}, pipes);
}

core::Error start_error(const std::string& command) {
  try {
    run({command});
  } catch (const core::Error& error) {
    return error;
  }
  return {"", "no error", core::Exit::ok};
}

}  // namespace

TEST_CASE("both streams are read apart") {
  const auto outcome = shell("echo one; echo two >&2; exit 7");
  CHECK(outcome.out == "one\n");
  CHECK(outcome.err == "two\n");
  CHECK(outcome.status == 7);
}

TEST_CASE("joined streams keep their order") {
  const auto outcome = shell("echo 1; echo 2 >&2; echo 3", Pipes::joined);
  CHECK(outcome.out == "1\n2\n3\n");
  CHECK(outcome.err.empty());
}

TEST_CASE("more than a pipe holds is read from both at once") {
  const auto outcome =
      shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero");
  CHECK(outcome.out.size() == 600'000);
  CHECK(outcome.err.size() == 300'000);
}

TEST_CASE("the end by a signal is 128 and its number") {
  CHECK(shell("kill -9 $$").status == 128 + SIGKILL);
  CHECK(shell("kill -TERM $$").status == 128 + SIGTERM);
}

TEST_CASE("what cannot be started says exactly why") {
  const auto missing = start_error("longhaul-no-such-command");
  CHECK(missing.exit == core::Exit::not_found);
  CHECK(missing.message == "longhaul-no-such-command: command not found");
  const auto directory = start_error("/tmp");
  CHECK(directory.exit == core::Exit::not_executable);
  CHECK(directory.message == "/tmp: permission denied");
}

TEST_CASE("a script without an interpreter line is run by sh") {
  const auto path =
      std::filesystem::temp_directory_path() / ("longhaul_script_" + std::to_string(::getpid()));
  std::ofstream{path} << "echo ran \"$1\"\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  const auto outcome = run({path.string(), "it"});
  std::filesystem::remove(path);
  CHECK(outcome.out == "ran it\n");
}

TEST_CASE("a background process that keeps the pipe open is not waited for") {
  const auto start = Clock::now();
  const auto outcome = shell("sleep 20 & echo done");
  CHECK(outcome.out == "done\n");
  CHECK(outcome.status == 0);
  CHECK(Clock::now() - start < 5s);
}

TEST_CASE("a background process that writes without end is not waited for") {
  const auto start = Clock::now();
  const auto outcome = shell("(timeout 20 yes) & exit 3");
  CHECK(outcome.status == 3);
  CHECK(Clock::now() - start < 5s);
}

TEST_CASE("a command that closes its output is waited for") {
  const auto start = Clock::now();
  const auto outcome = shell("exec >&- 2>&-; sleep 0.3; exit 5");
  CHECK(outcome.status == 5);
  CHECK(Clock::now() - start >= 250ms);
}

TEST_CASE("a termination is passed on to the command, and the own handler comes back") {
  struct sigaction before {};
  ::sigaction(SIGTERM, nullptr, &before);
  std::string out;
  {
    auto child = Child::start(
        std::vector<std::string>{"sh", "-c",
                                 "trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.05; done"},
        Pipes::joined);
    child.read_output([&](Stream, std::string_view bytes) {
      out += bytes;
      if (out == "ready\n") ::kill(::getpid(), SIGTERM);
    });
    CHECK(child.wait() == 9);
  }
  CHECK(out == "ready\ncaught\n");
  struct sigaction now {};
  ::sigaction(SIGTERM, nullptr, &now);
  CHECK((now.sa_handler == before.sa_handler));
}

TEST_CASE("a signal that was ignored at the start stays so in the command") {
  std::signal(SIGHUP, SIG_IGN);
  const auto outcome = shell("kill -HUP $$; echo survived");
  std::signal(SIGHUP, SIG_DFL);
  CHECK(outcome.out == "survived\n");
}

TEST_CASE("an ignored SIGPIPE is not handed down") {
  sys::ignore_write_signals();
  const auto outcome = shell("(yes; echo $? >&2) | head -n 1; exit 0");
  CHECK(outcome.out == "y\n");
  CHECK(outcome.err == std::to_string(128 + SIGPIPE) + "\n");
}

TEST_CASE("an ignored SIGXFSZ is not handed down") {
  std::signal(SIGXFSZ, SIG_DFL);
  sys::ignore_write_signals();
  const auto outcome = shell("kill -XFSZ $$; echo survived");
  CHECK(outcome.out.empty());
  CHECK(outcome.status == 128 + SIGXFSZ);
}

TEST_CASE("an ignored SIGCHLD at the start does not lose the status") {
  std::signal(SIGCHLD, SIG_IGN);
  CHECK(shell("exit 4").status == 4);
}
