#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace longhaul::core {

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);

// Nothing where the text is not what base64() writes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace longhaul::core
