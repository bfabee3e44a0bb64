#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace longhaul::core {

// Bytes from "500", "4k", "1.5GB" (powers of 1000) or "10MiB" (powers of 1024). Case is ignored.
// A failure says what is wrong and what is accepted.
Result<std::uint64_t> parse_size(std::string_view text);

// The shortest form that parse_size reads back exactly where one decimal is enough, otherwise rounded to one.
std::string format_size(std::uint64_t bytes);

}  // namespace longhaul::core
