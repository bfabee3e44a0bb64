#include "diag/pair_set.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace longhaul::diag;

TEST_CASE("the pairs of a line are those that are added one by one") {
  std::string line;
  for (unsigned at = 0; at < 300; ++at) {
    PairSet one_by_one;
    one_by_one.add(line);
    const PairSet at_once = PairSet::of(line);
    CHECK(at_once.has(one_by_one));
    CHECK(one_by_one.has(at_once));
    line += static_cast<char>(at * at % 251);
  }
}
