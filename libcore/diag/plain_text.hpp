// Terminal output as the text a person sees: without colours, hyperlinks and overwritten progress.
#pragma once

#include <string>
#include <string_view>

namespace longhaul::diag {

// `line` without escape sequences (ECMA-48 CSI and OSC), cut to what stands after the last carriage return,
// and without trailing blanks. Points into `line`, or into `scratch` where something had to be taken out of
// its middle.
std::string_view plain_text(std::string_view line, std::string& scratch);

inline std::string_view trim_end(std::string_view line) {
  while (!line.empty() &&
         (line.back() == ' ' || line.back() == '\t' || line.back() == '\r' || line.back() == '\0'))
    line.remove_suffix(1);
  return line;
}

}  // namespace longhaul::diag
