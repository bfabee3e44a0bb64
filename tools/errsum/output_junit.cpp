// JUnit's XML as continuous integration reads it: a suite for each tool, a test case for each finding.
#include "base/markup.hpp"
#include "outputs.hpp"

namespace longhaul::errsum {
namespace {

using core::markup_escaped;

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string{name} + "=\"" + markup_escaped(value) + '"';
}

std::string place_of(const diag::Summary::Finding& finding) {
  std::string place = finding.file;
  if (finding.line != 0) place += ':' + std::to_string(finding.line);
  if (finding.column != 0) place += ':' + std::to_string(finding.column);
  return place;
}

std::string case_of(const diag::Summary::Finding& finding) {
  const auto place = place_of(finding);
  std::string name =
      finding.kind == diag::Kind::test_failure && !finding.name.empty() ? finding.name : finding.code;
  if (finding.kind != diag::Kind::test_failure && !place.empty())
    name += (name.empty() ? "" : " at ") + place;
  if (name.empty()) name = "error";
  const bool is_error = finding.severity == diag::Severity::error;
  return "    <testcase" + attribute("classname", finding.file.empty() ? finding.tool : finding.file) +
         attribute("name", name) + ">\n      <failure" + attribute("type", is_error ? "error" : "warning") +
         attribute("message", finding.message) + '>' + markup_escaped(place) +
         "</failure>\n    </testcase>\n";
}

std::string suite(std::string_view name, std::uint64_t failures, const std::string& cases) {
  const auto count = std::to_string(failures);
  return "  <testsuite" + attribute("name", name) + attribute("tests", count) + attribute("failures", count) +
         ">\n" + cases + "  </testsuite>\n";
}

std::string failing_case(std::string_view name, std::string_view message) {
  return "    <testcase classname=\"errsum\"" + attribute("name", name) + "><failure" +
         attribute("message", message) + "/></testcase>\n";
}

}  // namespace

std::string as_junit(const diag::Summary& summary) {
  std::string suites;
  std::uint64_t failures = 0;
  for (const auto& tool : summary.tools) {
    std::string cases;
    std::uint64_t listed = 0;
    std::uint64_t count = 0;
    for (const auto& finding : summary.findings) {
      if (finding.tool != tool.name) continue;
      cases += case_of(finding);
      listed += finding.count;
      ++count;
    }
    if (listed < tool.total) {
      cases += failing_case("more findings", std::to_string(tool.total - listed) + " more are not listed");
      ++count;
    }
    suites += suite(tool.name, count, cases);
    failures += count;
  }
  if (!summary.recognised) {
    suites += suite("errsum", 1, failing_case("output that was not understood", diag::sentence(summary, 3)));
    ++failures;
  }
  const auto count = std::to_string(failures);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"errsum\"" +
         attribute("tests", count) + attribute("failures", count) + ">\n" + suites + "</testsuites>\n";
}

}  // namespace longhaul::errsum
