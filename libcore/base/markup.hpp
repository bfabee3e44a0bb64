#pragma once

#include <string>
#include <string_view>

namespace longhaul::core {

// For HTML and XML, in text and in attributes within double quotes. What is no text, and control characters
// but line ends and tabs, become U+FFFD.
std::string markup_escaped(std::string_view text);

}  // namespace longhaul::core
