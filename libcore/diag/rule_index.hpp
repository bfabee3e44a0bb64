// Which rules a line can match at all, found without trying them: the cost of a line does not grow with the number of
// formats, only with the number that look like it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "diag/format.hpp"

namespace longhaul::diag {

struct RuleRef {
  const Format* format;
  const Rule* rule;
};

class RuleIndex {
 public:
  explicit RuleIndex(std::span<const Format* const> formats);

  // Rules for lines that begin with this byte, in the order of the tables.
  std::span<const RuleRef> by_byte(char first) const { return bucket(static_cast<unsigned char>(first)); }
  // Rules for lines that begin with a path and a position of this kind.
  std::span<const RuleRef> by_head(LineHead::Kind kind) const { return bucket(256 + static_cast<std::size_t>(kind)); }

 private:
  static constexpr std::size_t buckets = 256 + line_head_kinds;
  std::span<const RuleRef> bucket(std::size_t i) const {
    return std::span{refs_}.subspan(begin_[i], begin_[i + 1] - begin_[i]);
  }

  std::array<std::uint32_t, buckets + 1> begin_{};
  std::vector<RuleRef> refs_;
};

}  // namespace longhaul::diag
