#include "diag/rule_index.hpp"

namespace longhaul::diag {
namespace {

template <typename Visit>
void each_bucket(const Shape& shape, Visit visit) {
  if (shape.head() != LineHead::Kind::none) return visit(256 + static_cast<std::size_t>(shape.head()));
  const std::bitset<256> bytes = shape.first_bytes();
  for (std::size_t byte = 0; byte < 256; ++byte)
    if (bytes.test(byte)) visit(byte);
}

}  // namespace

RuleIndex::RuleIndex(std::span<const Format* const> formats) {
  for (const Format* format : formats)
    for (const Rule& rule : format->rules)
      each_bucket(rule.shape, [&](std::size_t bucket) { ++begin_[bucket + 1]; });
  for (std::size_t i = 1; i <= buckets; ++i) begin_[i] += begin_[i - 1];
  refs_.resize(begin_[buckets]);
  std::array<std::uint32_t, buckets + 1> next = begin_;
  for (const Format* format : formats)
    for (const Rule& rule : format->rules)
      each_bucket(rule.shape, [&](std::size_t bucket) { refs_[next[bucket]++] = {format, &rule}; });
}

}  // namespace longhaul::diag
