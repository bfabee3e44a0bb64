#include "diag/finding_list.hpp"

#include "base/utf8.hpp"

namespace longhaul::diag {

void FindingList::add(const Diagnostic& found) {
  constexpr std::size_t longest_message = 400;
  constexpr std::size_t longest_name = 200;
  if (findings_.size() == most_listed_findings) return;
  findings_.push_back({.severity = found.severity,
                       .fixable = found.fixable,
                       .line = found.line,
                       .column = found.column,
                       .count = found.count,
                       .file = std::string{found.file},
                       .code = core::utf8_shorten(found.code, longest_name),
                       .name = core::utf8_shorten(found.name, longest_name),
                       .message = core::utf8_shorten(found.message, longest_message),
                       .first_line = found.first_line,
                       .last_line = found.last_line});
}

}  // namespace longhaul::diag
