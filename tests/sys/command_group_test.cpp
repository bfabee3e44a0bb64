#include "sys/command_group.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>

#include "base/fd.hpp"

namespace longhaul::sys {

TEST_CASE("a command's status is told, and the signal that ended it") {
  CommandGroup seven{{.text = "exit 7"}};
  CHECK(seven.wait(core::Moment::max()));
  CHECK(seven.reap() == 7);
  CommandGroup killed{{.text = "kill -TERM $$"}};
  CHECK(killed.wait(core::Moment::max()));
  CHECK(killed.reap() == 128 + SIGTERM);
}

TEST_CASE("one that is late is told, and ended with what it started") {
  core::Pipe output = core::make_pipe();
  {
    CommandGroup group{{.text = "sleep 300 & sleep 300", .output = output.write_end.get()}};
    output.write_end.reset();
    CHECK_FALSE(group.wait(core::now()));
  }
  std::array<char, 16> piece;
  CHECK(core::read_some(output.read_end.get(), piece, "pipe") == 0);  // nobody holds it any more
}

TEST_CASE("its environment is this process's with more, and its input is empty") {
  core::Pipe output = core::make_pipe();
  const auto environment = environment_with({"LONGHAUL_TEST=yes"});
  CommandGroup group{{.text = "cat; echo \"$LONGHAUL_TEST ${PATH:+path}\"",
                      .environment = &environment,
                      .output = output.write_end.get()}};
  output.write_end.reset();
  std::array<char, 64> piece;
  const auto count = core::read_some(output.read_end.get(), piece, "pipe");
  CHECK(std::string{piece.data(), count} == "yes path\n");
  CHECK(group.wait(core::Moment::max()));
  CHECK(group.reap() == 0);
}

}  // namespace longhaul::sys
