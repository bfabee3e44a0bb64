#include "victim.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <vector>

#include "base/error.hpp"

using namespace longhaul::memwatch;
using longhaul::sys::TreeMember;

namespace {

TreeMember member(pid_t pid, std::uint64_t start, std::uint64_t bytes) {
  TreeMember one;
  one.id = {pid, start};
  one.memory.resident = bytes;
  return one;
}

const auto anyone = [](const TreeMember&) { return true; };

pid_t chosen(const std::vector<TreeMember>& members, const Choice& choice,
             const std::function<bool(const TreeMember&)>& may = anyone) {
  const auto id = choose_victim(members, choice, may);
  return id ? id->pid : 0;
}

}  // namespace

TEST_CASE("the largest gives way, or the youngest") {
  const std::vector members{member(10, 1, 300), member(11, 2, 500), member(12, 3, 200)};
  CHECK(chosen(members, {.used = 1000, .enough = 900}) == 11);
  CHECK(chosen(members, {.order = VictimOrder::youngest, .used = 1000, .enough = 900}) == 12);
}

TEST_CASE("the first process is the last, and taken where the others are not enough") {
  const std::vector members{member(10, 1, 700), member(11, 2, 200), member(12, 3, 100)};
  CHECK(chosen(members, {.first = {10, 1}, .used = 1000, .enough = 900}) == 11);
  CHECK(chosen(members, {.first = {10, 1}, .used = 1000, .enough = 600}) == 10);
  CHECK(chosen({member(10, 1, 1000)}, {.first = {10, 1}, .used = 1000, .enough = 900}) == 10);
}

TEST_CASE("who may not, and who is too small, is nobody's victim") {
  const std::vector members{member(10, 1, 300), member(11, 2, 500), member(12, 3, 2)};
  CHECK(chosen(members, {.used = 1000, .enough = 900}, [](const auto& one) { return one.id.pid != 11; }) ==
        10);
  CHECK(chosen({member(12, 3, 2)}, {.used = 1000, .enough = 900, .negligible = 5}) == 0);
  CHECK(chosen({}, {.used = 1000, .enough = 900}) == 0);
}

TEST_CASE("a pattern protects by the command line, and has to be one") {
  const Protection protection{{"unit_memw.tch"}};
  CHECK(protection.covers(member(::getpid(), 1, 1)));
  CHECK_FALSE(Protection{{"something else"}}.covers(member(::getpid(), 1, 1)));
  CHECK_THROWS_AS(Protection{{"("}}, longhaul::core::Error);
}
