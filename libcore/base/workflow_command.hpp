// A workflow command of GitHub's: an annotation, as a line of output (docs.github.com, "Workflow commands for
// GitHub Actions").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace longhaul::core {

struct Annotation {
  std::string_view level;  // error, warning or notice
  std::string_view title{}, file{}, message{};
  std::uint32_t line = 0, column = 0;  // 0 for none
};

// With its line end.
std::string workflow_command(const Annotation& annotation);

}  // namespace longhaul::core
