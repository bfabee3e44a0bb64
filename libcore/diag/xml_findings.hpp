// Findings in the XML that tools print: which elements and attributes say what is declared in
// xml_layouts.cpp, one entry a report.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "diag/rule_index.hpp"
#include "diag/tally.hpp"

namespace longhaul::diag {

class XmlFindings {
 public:
  // Both outlive this object. Only formats of the index are read.
  XmlFindings(const RuleIndex& index, Tally& tally);
  ~XmlFindings();
  XmlFindings(const XmlFindings&) = delete;
  XmlFindings& operator=(const XmlFindings&) = delete;

  // Whether a line may be the beginning of a report.
  static bool could_begin(std::string_view line);

  void begin();
  [[nodiscard]] bool active() const { return active_; }
  // Becomes inactive at the end of the report, where it is malformed, and where it is of nothing known.
  void feed(std::string_view text);
  // Ends the report, whole or not. Returns all that was read where nothing was understood of it, to be taken
  // as lines.
  std::string end();

 private:
  class Report;
  std::unique_ptr<Report> report_;  // made for the first one: most streams have none
  const RuleIndex& index_;
  Tally& tally_;
  std::string text_;
  bool active_ = false;
};

}  // namespace longhaul::diag
