#include "diag/pair_set.hpp"

#include "base/line_scan.hpp"

namespace longhaul::diag {

// A byte for each member: bits would have to wait for each other, since most pairs of a line share a word.
PairSet PairSet::of(std::string_view text) {
  std::array<char, size> members{};
  for (std::size_t at = 1; at < text.size(); ++at) members[pair(text[at - 1], text[at])] = 1;
  PairSet set;
#if defined(__SSE2__)
  for (std::size_t at = 0; at < size; at += 16)
    set.words_[at / 64] |= std::uint64_t{core::positions(&members[at], 1)} << at % 64U;
#else
  for (std::size_t member = 0; member < size; ++member)
    if (members[member] != 0) set.add(member);
#endif
  return set;
}

}  // namespace longhaul::diag
