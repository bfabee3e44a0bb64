// The only file that includes nlohmann-json: it takes seconds to compile.
#include "is_json.hpp"

#include <nlohmann/json.hpp>

namespace longhaul::proctrack {

bool is_json(std::string_view text) { return nlohmann::json::accept(text); }

}  // namespace longhaul::proctrack
