// Of all rules with which a tool may be heard first, those that a line can match: found by a pair of bytes
// that each of them needs and few others do, since a line has few of these.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "diag/rule_index.hpp"

namespace longhaul::diag {

class FirstRules {
 public:
  using Id = RuleIndex::Id;

  // The index outlives this object.
  explicit FirstRules(const RuleIndex& index) : index_{index} {}

  // Of a bucket of the index, for a line with these pairs and this last byte, in the order of the tables.
  // Valid until the next call.
  std::span<const Id> in_bucket(std::size_t bucket, const PairSet& pairs, char last);

 private:
  // A bucket is made when it is first asked for: short inputs ask for few.
  struct Bucket {
    PairSet keys;
    std::array<std::uint16_t, PairSet::size + 2> begin{};  // of each key's ids; those without one are last
    std::vector<Id> ids;
  };
  void choose_keys();
  Bucket bucket_of(std::span<const Id> members) const;

  const RuleIndex& index_;
  std::vector<std::uint16_t> key_of_;  // by rule; PairSet::size where it needs no pair
  std::vector<std::unique_ptr<const Bucket>> buckets_;
  std::vector<Id> found_;
};

}  // namespace longhaul::diag
