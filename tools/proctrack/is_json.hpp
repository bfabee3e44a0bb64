#pragma once

#include <string_view>

namespace longhaul::proctrack {

// Whether the text is one JSON value. simdjson, which reads JSON elsewhere, is a shared library only, and
// this program is static for the sake of its start.
bool is_json(std::string_view text);

}  // namespace longhaul::proctrack
