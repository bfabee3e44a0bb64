// What no format understood. It is never silently benign: lines that speak of errors are counted, grouped by
// what they have in common, and the first and last lines are kept.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "diag/key_index.hpp"
#include "diag/outcome_words.hpp"

namespace longhaul::diag {

class UnknownLines {
 public:
  static constexpr std::size_t max_templates = 256;
  static constexpr std::size_t kept_lines = 3;

  struct Template {
    std::string masked, example;  // the example is the least, of those that speak of errors where any does
    std::uint64_t hash = 0, count = 0;
    bool error = false;

    void join(const Template& other);
  };
  struct Totals {
    std::uint64_t lines = 0, error_lines = 0;
    std::uint64_t left_out = 0;  // lines that found no room among the templates
    bool ends_well = false;      // the last few lines say that all went well
    std::vector<std::string> head, tail;
  };

  UnknownLines() = default;
  // Those of a record.
  UnknownLines(Totals totals, std::vector<Template> templates);

  void add(std::string_view line);

  Totals totals() const;
  std::uint64_t lines() const { return lines_; }
  // Those that speak of errors first, then by count.
  std::vector<Template> commonest() const;

 private:
  std::uint64_t lines_ = 0, error_lines_ = 0, last_success_ = 0, left_out_ = 0;
  std::vector<Template> templates_;
  KeyIndex by_hash_{max_templates};
  std::vector<std::string> head_;
  std::deque<std::string> tail_;
};

}  // namespace longhaul::diag
