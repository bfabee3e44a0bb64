// Finding the ends of lines, 32 bytes at a time where the processor can: lines are short, and a call of
// memchr for each costs more than the search.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

namespace longhaul::core {

#if defined(__SSE2__)
// Which of the 16 bytes at `data` are this one, a bit each from the lowest.
inline unsigned positions(const char* data, char wanted) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(wanted))));
}
#endif

// Where the first such byte at or after `begin` stands; `end` where there is none.
inline std::size_t find_byte(const char* data, std::size_t begin, std::size_t end, char wanted) {
#if defined(__SSE2__)
  for (; end - begin >= 32; begin += 32) {
    const unsigned found = positions(data + begin, wanted) | positions(data + begin + 16, wanted) << 16U;
    if (found != 0) return begin + static_cast<std::size_t>(std::countr_zero(found));
  }
  while (begin < end && data[begin] != wanted) ++begin;
  return begin;
#else
  if (begin == end) return end;
  const void* found = std::memchr(data + begin, wanted, end - begin);
  return found == nullptr ? end : static_cast<std::size_t>(static_cast<const char*>(found) - data);
#endif
}

inline std::size_t find_line_end(const char* data, std::size_t begin, std::size_t end) {
  return find_byte(data, begin, end, '\n');
}

// Whether either byte stands anywhere in the text.
inline bool holds_either(std::string_view text, char a, char b) {
  std::size_t at = 0;
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(a);
  const __m128i second = _mm_set1_epi8(b);
  for (; text.size() - at >= 64; at += 64) {
    __m128i found = _mm_setzero_si128();
    for (std::size_t part = 0; part < 64; part += 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at + part));
      found = _mm_or_si128(found, _mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second)));
    }
    if (_mm_movemask_epi8(found) != 0) return true;
  }
#endif
  for (; at < text.size(); ++at)
    if (text[at] == a || text[at] == b) return true;
  return false;
}

}  // namespace longhaul::core
