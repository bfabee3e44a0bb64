// Where the use stands against the budget: ok, warning, critical.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace longhaul::memwatch {

enum class Level { ok, warning, critical };

std::string_view name_of(Level level);
core::Exit exit_of(Level level);  // of a gate

// How far two uses are apart.
constexpr std::uint64_t distance(std::uint64_t one, std::uint64_t other) {
  return one < other ? other - one : one - other;
}

// In bytes.
struct Thresholds {
  std::uint64_t budget = 0;
  std::uint64_t warning = 0;
  std::uint64_t critical = 0;

  static Thresholds of(std::uint64_t budget, double warning, double critical);

  [[nodiscard]] Level level_of(std::uint64_t used) const;
  // A level is left only when the use is a twentieth of the budget below its threshold, so that a use about
  // the threshold is one change and not many.
  [[nodiscard]] Level next_level(Level level, std::uint64_t used) const;
  // How far it is to the next threshold; to nothing, above the budget.
  [[nodiscard]] std::uint64_t headroom(std::uint64_t used) const;
  [[nodiscard]] std::uint64_t percent(std::uint64_t used) const;
};

}  // namespace longhaul::memwatch
