#pragma once

#include <string>

namespace longhaul::core {

// The shortest text that is read back as the same number; whole numbers below 10^15 without an exponent.
// "nan" and "inf" for what is no number.
std::string number_text(double number);

}  // namespace longhaul::core
