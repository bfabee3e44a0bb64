// The only file that includes nlohmann-json: it takes seconds to compile.
#include "is_json.hpp"

#include <nlohmann/json.hpp>

namespace longhaul::proctrack {

// The library takes a NUL for the end of the text.
bool is_json(std::string_view text) {
  return text.find('\0') == std::string_view::npos && nlohmann::json::accept(text);
}

}  // namespace longhaul::proctrack
