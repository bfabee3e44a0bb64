#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longhaul::core {

// The shortest text that is read back as the same number; whole numbers below 10^15 without an exponent.
// "nan" and "inf" for what is no number.
std::string number_text(double number);

// "1 file", "2 files".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

}  // namespace longhaul::core
