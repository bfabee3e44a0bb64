// Searches in lines, 16 and more bytes at a time where the processor can: lines are short, and a call of
// memchr or memmem for each costs more than the search.
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
  const auto found_at = [&](std::size_t place) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + place));
    return _mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second));
  };
  for (; text.size() - at >= 64; at += 64) {
    __m128i found = _mm_setzero_si128();
    for (std::size_t part = 0; part < 64; part += 16) found = _mm_or_si128(found, found_at(at + part));
    if (_mm_movemask_epi8(found) != 0) return true;
  }
  for (; text.size() - at >= 16; at += 16)
    if (_mm_movemask_epi8(found_at(at)) != 0) return true;
  if (at < text.size() && text.size() >= 16) return _mm_movemask_epi8(found_at(text.size() - 16)) != 0;
#endif
  for (; at < text.size(); ++at)
    if (text[at] == a || text[at] == b) return true;
  return false;
}

// Where the text stands first at or after `from`, as find says it: at the places where both its first and
// its last byte do, of which 16 are looked at together (W. Muła, "SIMD-friendly algorithms for substring
// searching").
inline std::size_t find_text(std::string_view in, std::string_view text, std::size_t from = 0) {
  if (text.size() > in.size() || from > in.size() - text.size()) return std::string_view::npos;
  if (text.empty()) return from;
  const std::size_t last_place = in.size() - text.size();
  const auto stands_at = [&](std::size_t place) {
    std::size_t same = 0;
    while (same < text.size() && in[place + same] == text[same]) ++same;
    return same == text.size();
  };
#if defined(__SSE2__)
  const char* const ends = in.data() + text.size() - 1;
  const auto first_of_16 = [&](std::size_t begin, unsigned wanted) {
    unsigned both =
        positions(in.data() + begin, text.front()) & positions(ends + begin, text.back()) & wanted;
    for (; both != 0; both &= both - 1) {
      const std::size_t place = begin + static_cast<std::size_t>(std::countr_zero(both));
      if (stands_at(place)) return place;
    }
    return std::string_view::npos;
  };
  for (; from + 15 <= last_place; from += 16)
    if (const std::size_t place = first_of_16(from, ~0U); place != std::string_view::npos) return place;
  if (from <= last_place && last_place >= 15)
    return first_of_16(last_place - 15, ~0U << (from + 15 - last_place));
#endif
  for (; from <= last_place; ++from)
    if (in[from] == text.front() && stands_at(from)) return from;
  return std::string_view::npos;
}

}  // namespace longhaul::core
