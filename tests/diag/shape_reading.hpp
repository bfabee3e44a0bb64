// Reads a line by a shape, as the engine does.
#pragma once

#include <optional>
#include <string_view>

#include "diag/shape.hpp"

namespace longhaul::diag::test {

inline std::optional<Fields> read(const Shape& shape, std::string_view line) {
  Fields fields;
  if (!shape.match(line, find_line_head(line), fields)) return std::nullopt;
  return fields;
}

}  // namespace longhaul::diag::test
