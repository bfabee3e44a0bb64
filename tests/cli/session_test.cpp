#include "cli/session.hpp"

#include <doctest/doctest.h>

using namespace longhaul;
using cli::Role;
using cli::Session;
using core::Exit;

namespace {

// A session in which one piece of work failed. What it says goes to the test's own stderr.
Session troubled(Role role) {
  Session session{"test", role};
  session.try_each("work", [] { throw core::Error{"expected", "this line belongs to the test"}; });
  return session;
}

}  // namespace

TEST_CASE("without trouble the run's own status stands") {
  const Session session{"test", Role::filter};
  for (const int status : {0, 1, 2, 77}) CHECK(session.final_status(static_cast<Exit>(status)) == status);
}

TEST_CASE("trouble in a filter replaces done and found") {
  const auto session = troubled(Role::filter);
  CHECK(session.final_status(Exit::ok) == 2);
  CHECK(session.final_status(Exit::finding) == 2);
}

TEST_CASE("trouble in a gate leaves critical alone") {
  const auto session = troubled(Role::gate);
  CHECK(session.final_status(Exit::ok) == 3);
  CHECK(session.final_status(Exit::warning) == 3);
  CHECK(session.final_status(Exit::critical) == 2);
}

TEST_CASE("trouble in a wrapper leaves the child's status alone") {
  const auto session = troubled(Role::wrapper);
  CHECK(session.final_status(Exit::ok) == 125);
  CHECK(session.final_status(Exit{1}) == 1);
}

TEST_CASE("a failing piece of work does not end the run") {
  Session session{"test", Role::filter};
  CHECK_FALSE(session.try_each("a", [] { throw core::Error{"", "this line belongs to the test"}; }));
  bool reached = false;
  CHECK(session.try_each("b", [&] { reached = true; }));
  CHECK(reached);
}

TEST_CASE("the status of an error follows the role unless it names its own") {
  CHECK(Session{"test", Role::filter}.status_of(core::Error{"", ""}) == 2);
  CHECK(Session{"test", Role::gate}.status_of(core::Error{"", ""}) == 3);
  CHECK(Session{"test", Role::wrapper}.status_of(core::Error{"", ""}) == 125);
  CHECK(Session{"test", Role::filter}.status_of(core::Error{"", "", Exit::temp_failure}) == 75);
}
