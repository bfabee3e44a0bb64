// Which rules a line can match at all, found without trying them: the cost of a line does not grow with the
// number of formats, only with the number that look like it.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "diag/format.hpp"

namespace longhaul::diag {

struct RuleRef {
  const Format* format;
  const Rule* rule;
  std::size_t number;  // of the format
  PairSet needed;      // by its shape
  State when;          // the rule's, here to be at hand
};

class RuleIndex {
 public:
  using Id = std::uint16_t;  // of a rule

  // The formats outlive the index.
  explicit RuleIndex(std::span<const Format* const> formats);

  bool reads(const Format& format) const { return std::ranges::find(formats_, &format) != formats_.end(); }
  const RuleRef& rule(Id id) const { return rules_[id]; }

  // Rules of one format for lines that begin with this byte, or with a path and a position of this kind, in
  // the order of the tables.
  std::span<const Id> by_byte(char first, std::size_t format) const {
    return part_of(bucket_of(first), format);
  }
  std::span<const Id> by_head(LineHead::Kind kind, std::size_t format) const {
    return part_of(static_cast<std::size_t>(kind), format);
  }
  // Likewise of all formats, by buckets that have a number.
  std::size_t buckets() const { return line_head_kinds + bucket_bytes_.size(); }
  std::size_t bucket_of(char first) const { return byte_buckets_[static_cast<unsigned char>(first)]; }
  static std::size_t bucket_of(LineHead::Kind kind) { return static_cast<std::size_t>(kind); }
  std::span<const Id> in_bucket(std::size_t bucket) const {
    return between(cell(bucket, 0), cell(bucket + 1, 0));
  }
  std::span<const RuleRef> rules() const { return rules_; }

 private:
  void add_rules();
  void classify_bytes();
  void fill_buckets();

  std::size_t cell(std::size_t bucket, std::size_t format) const { return bucket * formats_.size() + format; }
  std::span<const Id> between(std::size_t first_cell, std::size_t end_cell) const {
    return std::span{ids_}.subspan(begin_[first_cell], begin_[end_cell] - begin_[first_cell]);
  }
  std::span<const Id> part_of(std::size_t bucket, std::size_t format) const {
    return between(cell(bucket, format), cell(bucket, format + 1));
  }

  std::vector<const Format*> formats_;
  std::vector<RuleRef> rules_;
  // Bytes that the same rules can begin with share a bucket; the first buckets are those of line heads.
  std::array<std::uint16_t, 256> byte_buckets_{};
  std::vector<unsigned char> bucket_bytes_;  // one of the bytes of each bucket behind those of heads
  std::vector<std::uint32_t> begin_;         // of each bucket's part for each format
  std::vector<Id> ids_;
};

}  // namespace longhaul::diag
