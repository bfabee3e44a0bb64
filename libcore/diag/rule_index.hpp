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

#include "base/ascii.hpp"
#include "diag/format.hpp"

namespace longhaul::diag {

struct RuleRef {
  const Format* format;
  const Rule* rule;
  std::size_t number;  // of the format
  PairSet needed;      // by its shape
  ByteSet last;        // of a line of its shape
  State when;          // the rule's, here to be at hand
};

class RuleIndex {
 public:
  using Id = std::uint16_t;  // of a rule

  // The formats outlive the index.
  explicit RuleIndex(std::span<const Format* const> formats);

  bool reads(const Format& format) const { return std::ranges::find(formats_, &format) != formats_.end(); }
  const RuleRef& rule(Id id) const { return rules_[id]; }

  // Rules are in buckets: of lines that begin alike, or with a path and a position of a kind.
  std::size_t buckets() const { return line_head_kinds + bucket_starts_.size(); }
  std::size_t bucket_of(std::string_view line) const { return start_buckets_[start_of(line)]; }
  static std::size_t bucket_of(LineHead::Kind kind) { return static_cast<std::size_t>(kind); }
  // In the order of the tables: those of a bucket, and of these one format's.
  std::span<const Id> in_bucket(std::size_t bucket) const {
    return between(cell(bucket, 0), cell(bucket + 1, 0));
  }
  std::span<const Id> in_bucket(std::size_t bucket, std::size_t format) const {
    return between(cell(bucket, format), cell(bucket, format + 1));
  }
  std::span<const RuleRef> rules() const { return rules_; }

 private:
  // How a line begins: its first byte that is no blank, and whether blanks stand before it.
  static constexpr std::size_t starts = 512;
  static std::size_t start_of(std::string_view line) {
    std::size_t indent = 0;
    while (indent + 1 < line.size() && core::is_blank(line[indent])) ++indent;
    return static_cast<unsigned char>(line[indent]) + (indent != 0 ? starts / 2 : 0);
  }

  void add_rules();
  void classify_starts();
  void fill_buckets();

  std::size_t cell(std::size_t bucket, std::size_t format) const { return bucket * formats_.size() + format; }
  std::span<const Id> between(std::size_t first_cell, std::size_t end_cell) const {
    return std::span{ids_}.subspan(begin_[first_cell], begin_[end_cell] - begin_[first_cell]);
  }

  std::vector<const Format*> formats_;
  std::vector<RuleRef> rules_;
  // Starts that the same rules can have share a bucket; the first buckets are those of line heads.
  std::array<std::uint16_t, starts> start_buckets_{};
  std::vector<std::uint16_t> bucket_starts_;  // one of the starts of each bucket behind those of heads
  std::vector<std::uint32_t> begin_;          // of each bucket's part for each format
  std::vector<Id> ids_;
};

}  // namespace longhaul::diag
