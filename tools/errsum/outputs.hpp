// A summary for whoever reads it: people, programs, continuous integration.
#pragma once

#include <cstdint>
#include <string>

#include "diag/summary.hpp"

namespace longhaul::errsum {

enum class Output { text, json, markdown, github, rdjson, sarif, junit, prometheus };

// Whether it lists findings one by one.
bool lists_findings(Output output);

// With its line end. `max_bytes` is for text, json and markdown; 0 for no limit.
std::string rendered(const diag::Summary& summary, Output output, std::uint64_t max_bytes);

std::string as_markdown(const diag::Summary& summary, std::uint64_t max_bytes);
// Annotations of a workflow, and one with the summary.
std::string as_github(const diag::Summary& summary);
// The Reviewdog Diagnostic Format.
std::string as_rdjson(const diag::Summary& summary);
// SARIF 2.1.0, a run for each tool.
std::string as_sarif(const diag::Summary& summary);
std::string as_junit(const diag::Summary& summary);
// For the textfile directory of node_exporter.
std::string as_prometheus(const diag::Summary& summary);

}  // namespace longhaul::errsum
