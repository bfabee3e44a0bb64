// Short names of the codes met most often.
#pragma once

#include <string_view>

namespace longhaul::diag {

// What a tool's code means in two or three words; empty where it is not among the common ones.
std::string_view code_name(std::string_view tool, std::string_view code);

// Whether a code is words already: "no-unused-vars", "attr-defined", "-Wunused-variable", "ValueError".
bool code_explains_itself(std::string_view code);

}  // namespace longhaul::diag
