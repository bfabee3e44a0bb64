// The Static Analysis Results Interchange Format, OASIS standard 2.1.0.
#include <algorithm>
#include <set>

#include "outputs.hpp"
#include "store/json_writer.hpp"

namespace longhaul::errsum {
namespace {

using Finding = diag::Summary::Finding;

void add_result(store::JsonWriter& json, const Finding& finding) {
  json.begin_object();
  if (!finding.code.empty()) json.member("ruleId", finding.code);
  json.member("level", finding.severity == diag::Severity::error ? "error" : "warning");
  const auto& text = !finding.message.empty() ? finding.message
                     : !finding.name.empty()  ? finding.name
                                              : finding.code;
  json.key("message").begin_object().member("text", text.empty() ? std::string{"error"} : text).end_object();
  if (finding.count > 1) json.member("occurrenceCount", finding.count);
  if (!finding.file.empty()) {
    json.key("locations").begin_array().begin_object().key("physicalLocation").begin_object();
    json.key("artifactLocation").begin_object().member("uri", finding.file).end_object();
    if (finding.line != 0) {
      json.key("region").begin_object().member("startLine", std::uint64_t{finding.line});
      if (finding.column != 0) json.member("startColumn", std::uint64_t{finding.column});
      json.end_object();
    }
    json.end_object().end_object().end_array();
  }
  json.end_object();
}

void add_run(store::JsonWriter& json, const diag::Summary& summary, const diag::Summary::Tool& tool) {
  std::vector<const Finding*> findings;
  std::set<std::string_view> rules;
  std::uint64_t listed = 0;
  for (const auto& finding : summary.findings) {
    if (finding.tool != tool.name) continue;
    findings.push_back(&finding);
    listed += finding.count;
    if (!finding.code.empty()) rules.insert(finding.code);
  }
  json.begin_object().key("tool").begin_object().key("driver").begin_object().member("name", tool.name);
  json.key("rules").begin_array();
  for (const auto rule : rules) json.begin_object().member("id", rule).end_object();
  json.end_array().end_object().end_object();
  json.key("results").begin_array();
  for (const auto* finding : findings) add_result(json, *finding);
  json.end_array();
  json.key("properties").begin_object().member("total", tool.total);
  json.member("notListed", tool.total - std::min(tool.total, listed)).end_object();
  json.end_object();
}

}  // namespace

std::string as_sarif(const diag::Summary& summary) {
  store::JsonWriter json;
  json.begin_object()
      .member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
      .member("version", "2.1.0");
  json.key("runs").begin_array();
  for (const auto& tool : summary.tools) add_run(json, summary, tool);
  // What was not understood is not hidden.
  if (!summary.recognised) {
    json.begin_object().key("tool").begin_object().key("driver").begin_object().member("name", "errsum");
    json.end_object().end_object().key("results").begin_array().begin_object().member("level", "error");
    json.key("message").begin_object().member("text", diag::sentence(summary, 3)).end_object();
    json.end_object().end_array().end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

}  // namespace longhaul::errsum
