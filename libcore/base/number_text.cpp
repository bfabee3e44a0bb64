#include "base/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace longhaul::core {

std::string number_text(double number) {
  std::array<char, 32> text{};
  char* const begin = text.data();
  char* const end = begin + text.size();
  constexpr double exact = 1e15;
  const bool is_whole = number == std::trunc(number) && std::abs(number) < exact;
  return {begin, (is_whole ? std::to_chars(begin, end, static_cast<std::int64_t>(number))
                           : std::to_chars(begin, end, number))
                     .ptr};
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count).append(" ").append(count == 1 ? one : many);
}

}  // namespace longhaul::core
