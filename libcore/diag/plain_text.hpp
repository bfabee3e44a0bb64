// Terminal output as the text a person sees: without colours, hyperlinks and overwritten progress.
#pragma once

#include <string>
#include <string_view>

namespace longhaul::diag {

// `line` without escape sequences (ECMA-48 CSI and OSC), cut to what stands after the last carriage return,
// and without trailing blanks. Points into `line`, or into `scratch` where something had to be taken out of
// its middle.
std::string_view plain_text(std::string_view line, std::string& scratch);

std::string_view trim_end(std::string_view line);

}  // namespace longhaul::diag
