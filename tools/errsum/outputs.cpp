#include "outputs.hpp"

#include "base/utf8.hpp"
#include "base/workflow_command.hpp"
#include "diag/render.hpp"
#include "metrics/exposition.hpp"
#include "store/json_writer.hpp"

namespace longhaul::errsum {
namespace {

constexpr std::size_t codes_of_sentence = 10;

std::string title_of(const diag::Summary::Finding& finding) {
  std::string title{finding.tool};
  if (!finding.code.empty()) title += ' ' + finding.code;
  return title;
}

// What it says, however little: a test has a name, a statistic only a count.
std::string text_of(const diag::Summary::Finding& finding) {
  std::string text = finding.message;
  if (!finding.name.empty() && (text.empty() || finding.kind == diag::Kind::test_failure))
    text = finding.name + (text.empty() ? "" : ": " + text);
  if (text.empty()) text = finding.code.empty() ? "error" : finding.code;
  if (finding.count > 1) text += " (" + std::to_string(finding.count) + " times)";
  return text;
}

std::string row(std::uint64_t count, std::string_view code, std::string_view message,
                std::string_view first) {
  const auto cell = [](std::string_view text) {
    std::string plain;
    for (const char c : core::utf8_printable(text)) {
      if (c == '|' || c == '\\') plain += '\\';
      plain += c == '\n' ? ' ' : c;
    }
    return plain;
  };
  return "| " + std::to_string(count) + " | " + cell(code) + " | " + cell(message) + " | " + cell(first) +
         " |\n";
}

}  // namespace

bool lists_findings(Output output) {
  switch (output) {
    case Output::github:
    case Output::rdjson:
    case Output::sarif:
    case Output::junit: return true;
    default: return false;
  }
}

std::string rendered(const diag::Summary& summary, Output output, std::uint64_t max_bytes) {
  switch (output) {
    case Output::text: return diag::render_text(summary, max_bytes);
    case Output::json: return diag::render_json(summary, max_bytes);
    case Output::markdown: return as_markdown(summary, max_bytes);
    case Output::github: return as_github(summary);
    case Output::rdjson: return as_rdjson(summary);
    case Output::sarif: return as_sarif(summary);
    case Output::junit: return as_junit(summary);
    case Output::prometheus: return as_prometheus(summary);
  }
  return {};
}

std::string as_markdown(const diag::Summary& summary, std::uint64_t max_bytes) {
  const auto fits = [&](std::size_t size) { return max_bytes == 0 || size <= max_bytes; };
  std::string text = "**" + (summary.tool.empty() ? std::string{} : summary.tool + ": ") +
                     core::utf8_printable(diag::sentence(summary, 0)) + "**\n";
  std::string action;
  if (!summary.suggestion.empty()) action = "\n`" + core::utf8_printable(summary.suggestion) + "`\n";
  if (!fits(text.size() + action.size())) action.clear();
  if (!fits(text.size())) return diag::render_text(summary, max_bytes);
  constexpr std::string_view head = "\n| count | code | message | first |\n| ---: | --- | --- | --- |\n";
  std::string table;
  for (const auto& group : summary.groups) {
    auto next = row(group.count, group.code, group.message, group.first);
    if (!fits(text.size() + head.size() + table.size() + next.size() + action.size())) break;
    table += next;
  }
  if (!table.empty()) text.append(head).append(table);
  return text + action;
}

std::string as_github(const diag::Summary& summary) {
  std::string text;
  for (const auto& finding : summary.findings)
    text += core::workflow_command({.level = finding.severity == diag::Severity::error ? "error" : "warning",
                                    .title = title_of(finding),
                                    .file = finding.file,
                                    .message = text_of(finding),
                                    .line = finding.line,
                                    .column = finding.column});
  std::string all = diag::sentence(summary, codes_of_sentence);
  if (const auto left = summary.unlisted(); left != 0 && !summary.findings.empty())
    all += "; " + std::to_string(left) + " are not annotated";
  if (!summary.suggestion.empty()) all += "; " + summary.suggestion;
  return text + core::workflow_command({.level = "notice", .title = "errsum", .message = all});
}

std::string as_rdjson(const diag::Summary& summary) {
  store::JsonWriter json;
  json.begin_object().key("source").begin_object().member("name", "errsum").end_object();
  json.key("diagnostics").begin_array();
  for (const auto& finding : summary.findings) {
    json.begin_object().member("message", text_of(finding));
    json.key("location").begin_object().member("path", finding.file);
    if (finding.line != 0) {
      json.key("range").begin_object().key("start").begin_object();
      json.member("line", std::uint64_t{finding.line});
      if (finding.column != 0) json.member("column", std::uint64_t{finding.column});
      json.end_object().end_object();
    }
    json.end_object();
    json.member("severity", finding.severity == diag::Severity::error ? "ERROR" : "WARNING");
    json.key("source").begin_object().member("name", finding.tool).end_object();
    if (!finding.code.empty()) json.key("code").begin_object().member("value", finding.code).end_object();
    json.end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

std::string as_prometheus(const diag::Summary& summary) {
  using metrics::label;
  metrics::Exposition families{"longhaul_errsum_", metrics::Exposition::Format::prometheus};
  families.begin("findings", "Findings by tool and severity.");
  for (const auto& tool : summary.tools) {
    const auto of = label("tool", tool.name) + ',' + label("type", diag::name_of(tool.kind).id) + ',';
    families.sample(of + label("severity", "error"), static_cast<double>(tool.errors));
    families.sample(of + label("severity", "warning"), static_cast<double>(tool.warnings));
  }
  families.begin("all_findings", "Findings of all tools.");
  families.sample("", static_cast<double>(summary.total));
  families.begin("fixable", "Findings that a command of the tool mends.");
  families.sample("", static_cast<double>(summary.fixable));
  families.begin("files", "Files with a finding.");
  families.sample("", static_cast<double>(summary.files));
  families.begin("unrecognised_error_lines", "Lines that speak of errors and were not understood.");
  families.sample("", static_cast<double>(summary.unknown_error_lines));
  families.begin("recognised", "1 where all that speaks of an error was understood.");
  families.sample("", summary.recognised ? 1 : 0);
  families.begin("input_bytes", "Size of what was read.", "bytes");
  families.sample("", static_cast<double>(summary.raw_size));
  return families.end();
}

}  // namespace longhaul::errsum
