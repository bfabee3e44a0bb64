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
  // Those of all formats with which a tool may be heard first, and that a line with these pairs can match,
  // likewise. `ids` is overwritten.
  void by_byte(char first, const PairSet& pairs, std::vector<Id>& ids) const {
    find(bucket_of(first), pairs, ids);
  }
  void by_head(LineHead::Kind kind, const PairSet& pairs, std::vector<Id>& ids) const {
    find(static_cast<std::size_t>(kind), pairs, ids);
  }

 private:
  void add_rules();
  void classify_bytes();
  void fill_buckets();
  void choose_keys();
  void fill_by_key(std::span<const Id> members);
  void find(std::size_t bucket, const PairSet& pairs, std::vector<Id>& ids) const;

  std::size_t bucket_of(char first) const { return byte_buckets_[static_cast<unsigned char>(first)]; }
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
  // A bucket's rules once more, by a pair that each of them needs: a line has few of these.
  struct ByKey {
    PairSet keys;
    std::array<std::uint16_t, PairSet::size + 1> begin{};  // of each key's ids; those without one are last
    std::vector<Id> ids;
  };
  std::vector<std::uint16_t> key_of_;  // by rule; PairSet::size where it needs no pair
  std::vector<ByKey> by_key_;
};

}  // namespace longhaul::diag
