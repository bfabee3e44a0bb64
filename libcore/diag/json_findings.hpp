// Findings in the JSON that tools print: which keys say what is declared in json_layouts.cpp, one entry a
// tool.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "diag/rule_index.hpp"
#include "diag/tally.hpp"

namespace longhaul::diag {

class JsonFindings {
 public:
  // Both outlive this object. Only formats of the index are read.
  JsonFindings(const RuleIndex& index, Tally& tally);
  ~JsonFindings();
  JsonFindings(const JsonFindings&) = delete;
  JsonFindings& operator=(const JsonFindings&) = delete;

  // Whether a line may be the beginning of a JSON document, and not of text in brackets.
  static bool could_begin(std::string_view line);

  void begin();
  bool active() const { return active_; }
  // Becomes inactive at the end of the document, where it is malformed, and where nothing of a tool's report
  // was found in as much of it as one element may have.
  void feed(std::string_view text);
  // Ends the document, whole or not. Returns all that was read where no tool's report was found in it, to be
  // taken as lines.
  std::string end();

 private:
  struct State;
  bool take_place(std::string_view place, std::string_view element);
  void take(std::string_view place, std::string_view element);

  std::unique_ptr<State> state_;  // made for the first document: most streams have none
  const RuleIndex& index_;
  Tally& tally_;
  std::string text_;
  bool active_ = false, understood_ = false;
};

}  // namespace longhaul::diag
