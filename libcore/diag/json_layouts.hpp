// The JSON reports of tools, as data.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "diag/format.hpp"

namespace longhaul::diag {

struct JsonLayout {
  const Format* format;
  std::string_view place;               // of its elements, as store::JsonElements names it
  std::array<std::string_view, 4> has;  // keys that tell the layout
  std::string_view nested{};  // member that holds the findings of an element, empty where it is one itself
  std::array<std::string_view, 2> inner{};  // arrays of elements within an element, read as it is
  // Paths of members, "a.b" or "a.0.b", or of what is asked for a value "a.*.b"; those of nested findings are
  // looked up in the finding and then around it.
  std::string_view file{}, line{}, column{}, code{}, name{}, message{}, severity{}, fix{}, count{};
  // Rules around the findings, and the level of one, for findings without a level of their own; without that
  // SARIF's default, a warning.
  std::string_view rules{}, rule_level{};
  std::string_view tool{};         // names the tool whose findings they are, where it is a known one
  std::string_view code_prefix{};  // stands before codes that are numbers
  std::string_view fix_value{};    // what `fix` must be to count, anything but null where empty
  // Of the object itself: the place of the elements that tell where it is, the one that has `beside_is` being
  // the best; `file`, `line` and `column` are members of those.
  std::string_view beside{}, beside_is{};
  std::string_view needs{};  // a finding counts only where it has this member
  // Only behind these members of the document: where the keys of an element may be anybody's.
  std::array<std::string_view, 2> behind{};
  // A message that begins or ends so only sums up others.
  std::string_view sum_begins{}, sum_ends{};
  std::string_view only{}, only_value{};  // a finding counts only where this member has this value
  std::uint32_t first_line = 1;           // 0 where lines are counted from 0
  bool broken_suite =
      false;           // the element counts itself where `only` holds for it and for none of its findings
  bool clean = false;  // says only that the tool has run, and
  std::string_view failures{};  // how often it failed outside of its tests
  // False where the run failed: one failure where no test that failed is told.
  std::string_view ended_well{};
};

std::span<const JsonLayout> json_layouts();

}  // namespace longhaul::diag
