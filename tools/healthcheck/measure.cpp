#include "measure.hpp"

#include <array>

namespace longhaul::healthcheck {

std::string Reading::series() const {
  std::string name{measure->name};
  if (!label.empty()) name += ':' + label;
  if (!table.empty()) name += ':' + table;
  return name;
}

std::string_view name_of(Remedy remedy) {
  constexpr std::array<std::string_view, 7> names{"none",           "remove_temp_files", "rotate_logs",
                                                  "prune_database", "reduce_agents",     "pause_execution",
                                                  "restart"};
  return names[static_cast<std::size_t>(remedy)];
}

}  // namespace longhaul::healthcheck
