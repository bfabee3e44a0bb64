// A team's own formats: regular expressions with named groups, and vim's errorformat.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diag/own_lines.hpp"

namespace longhaul::errsum {

// A regular expression (RE2's syntax) is sought in the line; its groups file, line, column, code, message and
// severity say what stands where. Without a message it is the whole line. An errorformat is as vim has it
// (:help errorformat): several, separated by commas; a line is matched as a whole, by the first that fits.
class Patterns final : public diag::OwnLines {
 public:
  Patterns();
  ~Patterns();

  // Throw Error that names the option.
  void add_expression(std::string_view expression, std::string_view option);
  // An expression a line; empty ones and those that begin with # are left out.
  void add_file(const std::string& path);
  void add_errorformat(std::string_view formats);
  [[nodiscard]] bool empty() const;

  bool take(std::string_view line, const Found& found) override;
  void finish(const Found& found) override;

 private:
  struct Pattern;
  struct Finding;
  void add(std::string_view expression, std::string_view prefix, std::string_view shown,
           std::string_view option);
  bool apply(const Pattern& pattern, std::string_view line, const Found& found);
  void end_finding(const Found& found);

  std::vector<Pattern> patterns_;
  std::vector<std::string> files_;  // that %P has begun
  std::unique_ptr<Finding> open_;   // that several lines tell
};

}  // namespace longhaul::errsum
