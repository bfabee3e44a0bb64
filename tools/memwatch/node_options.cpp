#include "node_options.hpp"

#include <algorithm>

namespace longhaul::memwatch {

std::string node_options(std::string_view before, std::uint64_t budget, std::uint64_t processes) {
  // V8 takes both spellings.
  for (const std::string_view option : {"--max-old-space-size", "--max_old_space_size"}) {
    if (before.find(option) != std::string_view::npos) return std::string{before};
  }
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  constexpr std::uint64_t least = 32;  // node itself does not start with much less
  const auto share = budget / std::max<std::uint64_t>(processes, 1) / 4 * 3 / mebibyte;
  std::string options{before};
  if (!options.empty()) options += ' ';
  return options + "--max-old-space-size=" + std::to_string(std::max(share, least));
}

}  // namespace longhaul::memwatch
