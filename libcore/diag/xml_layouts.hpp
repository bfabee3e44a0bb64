// The XML reports of tools, as data.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "diag/format.hpp"

namespace longhaul::diag {

// A value is that of an attribute of the finding or of its place, or the text of an element directly in one
// of them, whichever comes first.
struct XmlLayout {
  std::string_view root;     // the element that such a report begins with
  const Format* format;      // whose findings they are where nothing says
  std::string_view finding;  // the element that is one
  // An element around findings, and its attribute that is their file.
  std::string_view heading{}, heading_file{};
  // The first such element in a finding tells where it is.
  std::string_view place{};
  std::array<std::string_view, 2> file{};
  std::string_view line{}, column{}, code{}, name{};
  std::array<std::string_view, 2> message{};
  std::string_view severity{};
  // A finding counts only where one of these elements stands in it; they have values too.
  std::array<std::string_view, 2> fails{};
  std::array<std::string_view, 2> weak_codes{};  // codes that the tool does not count
  // Attributes of what stands around findings: how many there are in it, which may not be told one by one.
  std::array<std::string_view, 2> totals{};
};

std::span<const XmlLayout> xml_layouts();

// What an element says of the tool: an attribute that begins so, or is it where nothing may follow.
struct XmlTool {
  std::string_view element, attribute, value;
  const Format* format;
};
std::span<const XmlTool> xml_tools();

}  // namespace longhaul::diag
