#include "level.hpp"

#include <algorithm>
#include <array>

namespace longhaul::healthcheck {
namespace {

struct LevelName {
  Level level;
  std::string_view name, sign;
  int badness;
};

constexpr std::array<LevelName, 4> names{{
    {Level::ok, "ok", "OK", 0},
    {Level::unknown, "unknown", "UNKNOWN", 1},
    {Level::warning, "warning", "WARNING", 2},
    {Level::critical, "critical", "CRITICAL", 3},
}};

const LevelName& entry_of(Level level) { return *std::ranges::find(names, level, &LevelName::level); }

}  // namespace

std::string_view name_of(Level level) { return entry_of(level).name; }
std::string_view sign_of(Level level) { return entry_of(level).sign; }
core::Exit exit_of(Level level) { return static_cast<core::Exit>(level); }
Level worse(Level one, Level other) { return entry_of(one).badness >= entry_of(other).badness ? one : other; }

}  // namespace longhaul::healthcheck
