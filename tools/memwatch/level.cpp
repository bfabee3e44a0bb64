#include "level.hpp"

#include <algorithm>
#include <array>

namespace longhaul::memwatch {

std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 3> names{"ok", "warning", "critical"};
  return names[static_cast<std::size_t>(level)];
}

core::Exit exit_of(Level level) {
  constexpr std::array exits{core::Exit::ok, core::Exit::warning, core::Exit::critical};
  return exits[static_cast<std::size_t>(level)];
}

Thresholds Thresholds::of(std::uint64_t budget, double warning, double critical) {
  const auto part = [&](double fraction) {
    return static_cast<std::uint64_t>(static_cast<double>(budget) * fraction);
  };
  return {budget, part(warning), part(critical)};
}

Level Thresholds::level_of(std::uint64_t used) const {
  if (used >= critical) return Level::critical;
  return used >= warning ? Level::warning : Level::ok;
}

Level Thresholds::next_level(Level level, std::uint64_t used) const {
  constexpr std::uint64_t parts = 20;
  const Level now = level_of(used);
  return now >= level ? now : std::min(level, level_of(used + budget / parts));
}

std::uint64_t Thresholds::headroom(std::uint64_t used) const {
  for (const auto threshold : {warning, critical, budget}) {
    if (used < threshold) return threshold - used;
  }
  return 0;
}

std::uint64_t Thresholds::percent(std::uint64_t used) const {
  constexpr double hundred = 100;
  const auto part = static_cast<double>(used) / static_cast<double>(std::max<std::uint64_t>(budget, 1));
  return static_cast<std::uint64_t>(part * hundred);
}

}  // namespace longhaul::memwatch
