#include "diag/rule_index.hpp"

#include <map>

#include "base/hash.hpp"

namespace longhaul::diag {
namespace {

bool can_begin(const Shape& shape, std::size_t start) {
  const bool is_indented = start >= 256;
  return shape.head() == LineHead::Kind::none &&
         (is_indented ? shape.indented() : shape.at_margin()).has(static_cast<char>(start));
}

}  // namespace

RuleIndex::RuleIndex(std::span<const Format* const> formats) : formats_{formats.begin(), formats.end()} {
  add_rules();
  classify_starts();
  fill_buckets();
}

void RuleIndex::add_rules() {
  std::size_t count = 0;
  for (const Format* format : formats_) count += format->rules.size();
  rules_.reserve(count);
  for (std::size_t number = 0; number < formats_.size(); ++number)
    for (const Rule& rule : formats_[number]->rules)
      rules_.push_back(
          {formats_[number], &rule, number, rule.shape.needed(), rule.shape.last(), rule.detail.when});
}

// Two starts have the same set of rules where the hashes of their sets are the same.
void RuleIndex::classify_starts() {
  std::array<std::uint64_t, starts> sets{};
  for (std::size_t id = 0; id < rules_.size(); ++id) {
    const Shape& shape = rules_[id].rule->shape;
    if (shape.head() != LineHead::Kind::none) continue;
    const std::uint64_t mark = core::mix(id + 1);
    shape.at_margin().each([&](std::size_t byte) { sets[byte] += mark; });
    shape.indented().each([&](std::size_t byte) { sets[starts / 2 + byte] += mark; });
  }
  std::map<std::uint64_t, std::uint16_t> known;
  for (std::size_t start = 0; start < starts; ++start) {
    const auto next = static_cast<std::uint16_t>(line_head_kinds + bucket_starts_.size());
    const auto [bucket, is_new] = known.try_emplace(sets[start], next);
    if (is_new) bucket_starts_.push_back(static_cast<std::uint16_t>(start));
    start_buckets_[start] = bucket->second;
  }
}

void RuleIndex::fill_buckets() {
  std::vector<std::vector<Id>> members(line_head_kinds + bucket_starts_.size());
  for (std::size_t id = 0; id < rules_.size(); ++id) {
    const Shape& shape = rules_[id].rule->shape;
    if (shape.head() != LineHead::Kind::none)
      members[static_cast<std::size_t>(shape.head())].push_back(static_cast<Id>(id));
    for (std::size_t at = 0; at < bucket_starts_.size(); ++at)
      if (can_begin(shape, bucket_starts_[at])) members[line_head_kinds + at].push_back(static_cast<Id>(id));
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
