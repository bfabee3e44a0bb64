// Lines of a format that is no entry in the tables: a team's own patterns.
#pragma once

#include <functional>
#include <string_view>

#include "diag/diagnostic.hpp"

namespace longhaul::diag {

class OwnLines {
 public:
  using Found = std::function<void(const Diagnostic& found)>;

  // True where the line is understood; it has nothing to say to the formats then. `found` may be told of a
  // finding that earlier lines began, too.
  virtual bool take(std::string_view line, const Found& found) = 0;
  // After the last line.
  virtual void finish(const Found& found) = 0;

 protected:
  ~OwnLines() = default;
};

}  // namespace longhaul::diag
