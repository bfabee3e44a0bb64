#include "keeper_link.hpp"

#include <doctest/doctest.h>

using namespace longhaul::proctrack;

TEST_CASE("what a keeper had sent is received, though it went with a message unread") {
  auto [one, other] = KeeperLink::make();
  REQUIRE(one.send(SignalRequest{15, false}));
  REQUIRE(other.send(Outcome{3, 0}));
  other.close();
  const auto outcome = one.receive<Outcome>();
  REQUIRE(outcome);
  CHECK(outcome->status == 3);
  CHECK_FALSE(one.is_over());
  CHECK_FALSE(one.receive<Outcome>());
  CHECK(one.is_over());
}
