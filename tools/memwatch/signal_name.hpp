// Signals by their names.
#pragma once

#include <optional>
#include <string_view>

namespace longhaul::memwatch {

// "USR2", "SIGUSR2" or "12"; nothing for what is none, or cannot be sent to a program to its good.
std::optional<int> signal_of(std::string_view name);

}  // namespace longhaul::memwatch
