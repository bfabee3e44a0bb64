// A report as text, for people and for programs.
#pragma once

#include <string>

#include "report.hpp"

namespace longhaul::healthcheck {

enum class Format { text, json, nagios, openmetrics, prometheus, shell, github, html };

struct Rendering {
  Format format = Format::text;
  bool colour = false;
  bool explain = false;
};

std::string render(const Report& report, const Rendering& how);

std::string as_text(const Report& report, bool colour, bool explain);
std::string as_json(const Report& report, bool explain);
std::string as_nagios(const Report& report);
// With `is_open`, OpenMetrics 1.0; else the text format of Prometheus, which node_exporter reads.
std::string as_metrics(const Report& report, bool is_open);
std::string as_shell(const Report& report);
std::string as_github(const Report& report);
std::string as_html(const Report& report);

}  // namespace longhaul::healthcheck
