#include "base/fd.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "base/error.hpp"

using namespace longhaul;

namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
  }
  core::Fd read_end;
  core::Fd write_end;
};

bool is_open(int descriptor) { return ::fcntl(descriptor, F_GETFD) != -1; }

std::string reason_of_opening(std::string_view path) {
  try {
    std::array<char, 8> buffer{};
    const auto opened = core::open_input(path);
    core::read_some(opened.get(), buffer, path);
    return "opened";
  } catch (const core::Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a descriptor is closed once, by its last owner") {
  Pipe pipe;
  const int descriptor = pipe.read_end.get();
  {
    core::Fd owner = std::move(pipe.read_end);
    CHECK_FALSE(pipe.read_end);
    CHECK(is_open(descriptor));
  }
  CHECK_FALSE(is_open(descriptor));
}

TEST_CASE("a released descriptor stays open") {
  Pipe pipe;
  const core::Fd taken{pipe.read_end.release()};
  CHECK(is_open(taken.get()));
}

TEST_CASE("what cannot be read says why, in lower case") {
  CHECK(reason_of_opening("/nonexistent/log") == "/nonexistent/log: no such file or directory");
  CHECK(reason_of_opening("/") == "/: is a directory");
}

TEST_CASE("standard input is named as such") {
  CHECK(core::input_name("-") == "stdin");
  CHECK(core::input_name("a.log") == "a.log");
}

TEST_CASE("a non-blocking pipe is waited for on both sides") {
  Pipe pipe;
  REQUIRE(::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK) == 0);
  REQUIRE(::fcntl(pipe.write_end.get(), F_SETFL, O_NONBLOCK) == 0);
  const std::string sent(1'000'000, 'x');  // many times what a pipe holds
  std::thread writer{[&] {
    core::write_all(pipe.write_end.get(), sent, "pipe");
    pipe.write_end.reset();
  }};
  std::string received;
  std::array<char, 4096> buffer;
  while (const auto count = core::read_some(pipe.read_end.get(), buffer, "pipe"))
    received.append(buffer.data(), count);
  writer.join();
  CHECK(received == sent);
}

TEST_CASE("a failed write is told by value or by exception") {
  const core::Fd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  REQUIRE(full);
  CHECK(core::try_write_all(full.get(), "x") == ENOSPC);
  CHECK_THROWS_WITH_AS(core::write_all(full.get(), "x", "stdout"), "stdout: no space left on device",
                       core::Error);
}

TEST_CASE("an error is shown as subject: reason") {
  CHECK(std::string{core::Error{"a.log", "is empty"}.what()} == "a.log: is empty");
  CHECK(std::string{core::Error{"", "out of memory"}.what()} == "out of memory");
  CHECK(!core::Error{"a", "b"}.exit);
}
