#include "diag/rule_index.hpp"

#include <bit>

namespace longhaul::diag {
namespace {

template <typename Visit>
void each_bucket(const Shape& shape, Visit visit) {
  if (shape.head() != LineHead::Kind::none) return visit(256 + static_cast<std::size_t>(shape.head()));
  for (std::size_t word = 0; word < shape.first_bytes().size(); ++word)
    for (std::uint64_t left = shape.first_bytes()[word]; left != 0; left &= left - 1)
      visit(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
}

}  // namespace

RuleIndex::RuleIndex(std::span<const Format* const> formats)
    : formats_{formats.begin(), formats.end()}, begin_(buckets * formats.size() + 1) {
  const auto each_rule = [&](auto&& visit) {
    for (std::size_t number = 0; number < formats.size(); ++number)
      for (const Rule& rule : formats[number]->rules)
        each_bucket(rule.shape, [&](std::size_t bucket) {
          visit(cell(bucket, number), RuleRef{formats[number], &rule, number});
        });
  };
  each_rule([&](std::size_t at, const RuleRef&) { ++begin_[at + 1]; });
  for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  refs_.resize(begin_.back());
  std::vector<std::uint32_t> next{begin_};
  each_rule([&](std::size_t at, const RuleRef& ref) { refs_[next[at]++] = ref; });
}

}  // namespace longhaul::diag
