// How well it is: of one measure, and of all together.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace longhaul::healthcheck {

// Also the exit status.
enum class Level { ok = 0, warning = 1, critical = 2, unknown = 3 };

std::string_view name_of(Level level);  // "ok"
std::string_view sign_of(Level level);  // "OK"
core::Exit exit_of(Level level);
// The worse of two: critical, warning, unknown, ok, as monitoring-plugins have it (lib/utils_base.c).
Level worse(Level one, Level other);

}  // namespace longhaul::healthcheck
