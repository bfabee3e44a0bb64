// What is remembered to count a repetition once: bounded, and never the reason that a new finding is lost.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "diag/bounded_set.hpp"
#include "diag/key_index.hpp"

namespace longhaul::diag::test {
namespace {

std::vector<std::uint64_t> distinct_hashes(std::size_t count) {
  std::mt19937_64 random{9};
  std::vector<std::uint64_t> values(count);
  for (std::uint64_t& value : values) value = random();
  return values;
}

TEST_CASE("a value is new once") {
  BoundedSet set{1024};
  CHECK(set.insert(7));
  CHECK_FALSE(set.insert(7));
  CHECK(set.insert(8));
  CHECK_FALSE(set.insert(7));
  CHECK_FALSE(set.forgot());
}

TEST_CASE("zero is a value like any other") {
  BoundedSet set{1024};
  CHECK(set.insert(0));
  CHECK_FALSE(set.insert(0));
}

TEST_CASE("a small set is exact, even of values that share their low bits") {
  BoundedSet set{std::size_t{1} << 17U};
  for (std::uint64_t i = 1; i <= 4000; ++i) CHECK(set.insert(i << 32U));
  for (std::uint64_t i = 1; i <= 4000; ++i) CHECK_FALSE(set.insert(i << 32U));
  CHECK_FALSE(set.forgot());
}

TEST_CASE("as many values as promised are remembered, nearly all") {
  const std::size_t capacity = std::size_t{1} << 17U;
  BoundedSet set{capacity};
  const auto values = distinct_hashes(capacity);
  for (const std::uint64_t value : values) set.insert(value);
  std::size_t again = 0;
  for (const std::uint64_t value : values)
    if (set.insert(value)) ++again;
  CHECK(again < capacity / 50);
}

TEST_CASE("past the bound values are forgotten and said to be, but a new one is never called seen") {
  const std::size_t capacity = std::size_t{1} << 14U;
  BoundedSet set{capacity};
  std::size_t called_seen = 0;
  for (const std::uint64_t value : distinct_hashes(capacity * 20))
    if (!set.insert(value)) ++called_seen;
  CHECK(called_seen == 0);
  CHECK(set.forgot());
  // what came last is still known
  BoundedSet recent{capacity};
  const auto values = distinct_hashes(capacity * 4);
  for (const std::uint64_t value : values) recent.insert(value);
  std::size_t known = 0;
  for (std::size_t i = values.size() - 1000; i < values.size(); ++i)
    if (!recent.insert(values[i])) ++known;
  CHECK(known == 1000);
}

TEST_CASE("expecting a value changes nothing") {
  BoundedSet set{1024};
  set.expect(7);
  CHECK(set.insert(7));
  set.expect(7);
  set.expect(8);
  CHECK_FALSE(set.insert(7));
  CHECK(set.insert(8));
}

TEST_CASE("keys are numbered in the order of their coming") {
  KeyIndex index{100};
  CHECK(index.find(5) == KeyIndex::none);
  CHECK(index.add(5));
  CHECK(index.add(0));
  CHECK(index.add(UINT64_MAX));
  CHECK(index.find(5) == 0);
  CHECK(index.find(0) == 1);
  CHECK(index.find(UINT64_MAX) == 2);
  CHECK(index.find(6) == KeyIndex::none);
}

TEST_CASE("a full index takes no more keys and keeps those it has") {
  KeyIndex index{50};
  const auto keys = distinct_hashes(60);
  for (std::size_t i = 0; i < keys.size(); ++i) CHECK(index.add(keys[i]) == (i < 50));
  for (std::size_t i = 0; i < keys.size(); ++i) CHECK(index.find(keys[i]) == (i < 50 ? i : KeyIndex::none));
}

TEST_CASE("many keys are found, also such that share their low bits") {
  KeyIndex index{5000};
  for (std::uint64_t i = 0; i < 5000; ++i) REQUIRE(index.add(i << 40U));
  for (std::uint64_t i = 0; i < 5000; ++i) REQUIRE(index.find(i << 40U) == i);
  CHECK(index.find(std::uint64_t{5000} << 40U) == KeyIndex::none);
}

}  // namespace
}  // namespace longhaul::diag::test
