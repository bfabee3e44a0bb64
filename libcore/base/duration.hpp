#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace longhaul::core {

// "500ms", "6h", "1.5h", "1h30m", "30d"; a bare number is seconds. Units: ns us ms s m (min) h d w.
// A failure says what is wrong and what is accepted.
Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

// The two largest units that matter: "1h30m", "2d", "500ms"; parse_duration reads it back.
std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace longhaul::core
