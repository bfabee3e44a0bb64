// Findings one by one, as far as there is room: for what lists them and does not only count.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "diag/diagnostic.hpp"

namespace longhaul::diag {

inline constexpr std::size_t most_listed_findings = 10'000;  // of a tool; 600 bytes each at most

struct ListedFinding {
  Severity severity = Severity::error;
  bool fixable = false;
  std::uint32_t line = 0, column = 0;  // 0 where unknown
  std::uint64_t count = 1;             // more where the tool printed only statistics
  std::string file, code, name, message;
  std::uint64_t first_line = 0, last_line = 0;  // of the input, as Diagnostic has them
};

class FindingList {
 public:
  void add(const Diagnostic& found);
  [[nodiscard]] std::span<const ListedFinding> all() const { return findings_; }

 private:
  std::vector<ListedFinding> findings_;
};

}  // namespace longhaul::diag
