#include "diag/rule_index.hpp"

#include <bit>
#include <map>

#include "base/hash.hpp"

namespace longhaul::diag {
namespace {

bool can_begin(const Shape& shape, unsigned byte) {
  return shape.head() == LineHead::Kind::none && (shape.first_bytes()[byte / 64] >> byte % 64U & 1U) != 0;
}

}  // namespace

RuleIndex::RuleIndex(std::span<const Format* const> formats) : formats_{formats.begin(), formats.end()} {
  add_rules();
  classify_bytes();
  fill_buckets();
}

void RuleIndex::add_rules() {
  std::size_t count = 0;
  for (const Format* format : formats_) count += format->rules.size();
  rules_.reserve(count);
  for (std::size_t number = 0; number < formats_.size(); ++number)
    for (const Rule& rule : formats_[number]->rules)
      rules_.push_back({formats_[number], &rule, number, rule.shape.needed(), rule.detail.when});
}

// Two bytes have the same set of rules where the hashes of their sets are the same.
void RuleIndex::classify_bytes() {
  std::array<std::uint64_t, 256> sets{};
  for (std::size_t id = 0; id < rules_.size(); ++id) {
    const Shape& shape = rules_[id].rule->shape;
    if (shape.head() != LineHead::Kind::none) continue;
    const std::uint64_t mark = core::mix(id + 1);
    for (std::size_t word = 0; word < shape.first_bytes().size(); ++word)
      for (std::uint64_t left = shape.first_bytes()[word]; left != 0; left &= left - 1)
        sets[word * 64 + static_cast<std::size_t>(std::countr_zero(left))] += mark;
  }
  std::map<std::uint64_t, std::uint16_t> known;
  for (std::size_t byte = 0; byte < sets.size(); ++byte) {
    const auto next = static_cast<std::uint16_t>(line_head_kinds + bucket_bytes_.size());
    const auto [bucket, is_new] = known.try_emplace(sets[byte], next);
    if (is_new) bucket_bytes_.push_back(static_cast<unsigned char>(byte));
    byte_buckets_[byte] = bucket->second;
  }
}

void RuleIndex::fill_buckets() {
  std::vector<std::vector<Id>> members(line_head_kinds + bucket_bytes_.size());
  for (std::size_t id = 0; id < rules_.size(); ++id) {
    const Shape& shape = rules_[id].rule->shape;
    if (shape.head() != LineHead::Kind::none)
      members[static_cast<std::size_t>(shape.head())].push_back(static_cast<Id>(id));
    for (std::size_t at = 0; at < bucket_bytes_.size(); ++at)
      if (can_begin(shape, bucket_bytes_[at])) members[line_head_kinds + at].push_back(static_cast<Id>(id));
  }
  begin_.reserve(members.size() * formats_.size() + 1);
  for (const auto& bucket : members) {
    std::size_t format = 0;
    for (const Id id : bucket) {
      for (; format <= rules_[id].number; ++format) begin_.push_back(static_cast<std::uint32_t>(ids_.size()));
      ids_.push_back(id);
    }
    for (; format < formats_.size(); ++format) begin_.push_back(static_cast<std::uint32_t>(ids_.size()));
  }
  begin_.push_back(static_cast<std::uint32_t>(ids_.size()));
}

}  // namespace longhaul::diag
