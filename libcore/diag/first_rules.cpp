#include "diag/first_rules.hpp"

#include <algorithm>

namespace longhaul::diag {
namespace {

// Whether a line of this kind can be the first that a tool is heard with.
bool may_enter(const Rule& rule) {
  if (const State when = rule.detail.when; when != any_state && when != 0) return false;
  switch (rule.act) {
    case Act::place:
    case Act::replace:
    case Act::more:
    case Act::finish:
    case Act::drop: return false;
    default: return true;
  }
}

}  // namespace

// The pair that the fewest rules need: what is rare in what tools say is rare in lines.
void FirstRules::choose_keys() {
  std::array<std::uint16_t, PairSet::size> uses{};
  for (const RuleRef& rule : index_.rules())
    rule.needed.each_of_both(rule.needed, [&](std::size_t pair) { ++uses[pair]; });
  key_of_.reserve(index_.rules().size());
  for (const RuleRef& rule : index_.rules()) {
    std::size_t rarest = PairSet::size;
    rule.needed.each_of_both(rule.needed, [&](std::size_t pair) {
      if (rarest == PairSet::size || uses[pair] < uses[rarest]) rarest = pair;
    });
    key_of_.push_back(static_cast<std::uint16_t>(rarest));
  }
}

FirstRules::Bucket FirstRules::bucket_of(std::span<const Id> members) const {
  Bucket bucket;
  for (const Id id : members)
    if (may_enter(*index_.rule(id).rule)) bucket.ids.push_back(id);
  std::ranges::stable_sort(bucket.ids, {}, [this](Id id) { return key_of_[id]; });
  for (const Id id : bucket.ids) {
    if (key_of_[id] != PairSet::size) bucket.keys.add(std::size_t{key_of_[id]});
    ++bucket.begin[key_of_[id] + 1U];
  }
  for (std::size_t key = 1; key < bucket.begin.size(); ++key)
    bucket.begin[key] = static_cast<std::uint16_t>(bucket.begin[key] + bucket.begin[key - 1]);
  return bucket;
}

std::span<const FirstRules::Id> FirstRules::in_bucket(std::size_t number, const PairSet& pairs, char last) {
  if (buckets_.empty()) {
    buckets_.resize(index_.buckets());
    choose_keys();
  }
  if (!buckets_[number])
    buckets_[number] = std::make_unique<const Bucket>(bucket_of(index_.in_bucket(number)));
  const Bucket& bucket = *buckets_[number];
  found_.clear();
  const auto add_fitting = [&](std::size_t key) {
    for (std::size_t at = bucket.begin[key]; at < bucket.begin[key + 1]; ++at) {
      const RuleRef& rule = index_.rule(bucket.ids[at]);
      if (rule.last.has(last) && pairs.has(rule.needed)) found_.push_back(bucket.ids[at]);
    }
  };
  pairs.each_of_both(bucket.keys, add_fitting);
  add_fitting(PairSet::size);
  std::ranges::sort(found_);
  return found_;
}

}  // namespace longhaul::diag
