// OpenMetrics and the older text format of Prometheus. All samples of a family stand together.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "check.hpp"
#include "metrics/exposition.hpp"
#include "render.hpp"

namespace longhaul::healthcheck {
namespace {

using metrics::label;

std::string labels_of(const Finding& finding) {
  const auto& reading = finding.reading;
  std::string labels = reading.label.empty() ? "" : label("what", reading.label);
  if (!reading.table.empty()) labels += ',' + label("table", reading.table);
  return labels;
}

std::string check_of(const Finding& finding) {
  const auto labels = labels_of(finding);
  return label("check", finding.reading.measure->name) + (labels.empty() ? "" : ',' + labels);
}

void add_values(metrics::Exposition& families, const Report& report) {
  for (const auto& measure : all_measures()) {
    bool has_begun = false;
    for (const auto& finding : report.findings) {
      if (finding.reading.measure != measure || std::isnan(finding.reading.value)) continue;
      const auto unit = suffix_of(measure->unit);
      if (!has_begun)
        families.begin(std::string{measure->metric} + (unit.empty() ? "" : '_' + std::string{unit}),
                       measure->what, unit);
      has_begun = true;
      families.sample(labels_of(finding), finding.reading.value);
    }
  }
}

void add_limits(metrics::Exposition& families, const Report& report) {
  const auto any = [](const Finding& finding) { return finding.reading.limits.any(); };
  if (!std::ranges::any_of(report.findings, any)) return;
  families.begin("limit", "Limits of the checks, in the unit of each.", "");
  for (const auto& finding : report.findings) {
    const auto& limits = finding.reading.limits;
    if (!std::isnan(limits.warning))
      families.sample(check_of(finding) + ",severity=\"warning\"", limits.warning);
    if (!std::isnan(limits.critical))
      families.sample(check_of(finding) + ",severity=\"critical\"", limits.critical);
  }
  families.begin("forecast_seconds",
                 "Time until the critical limit is passed, +Inf where it is not expected.", "seconds");
  for (const auto& finding : report.findings) {
    if (!std::isnan(finding.reading.limits.critical) && finding.reading.reason.empty())
      families.sample(check_of(finding), finding.to_critical.seconds);
  }
}

}  // namespace

std::string as_metrics(const Report& report, bool is_open) {
  using Text = metrics::Exposition::Format;
  metrics::Exposition families{"longhaul_health_", is_open ? Text::openmetrics : Text::prometheus};
  add_values(families, report);
  add_limits(families, report);
  if (!report.findings.empty())
    families.begin("level", "Level of each check: 0 ok, 1 warning, 2 critical, 3 unknown.", "");
  for (const auto& finding : report.findings)
    families.sample(check_of(finding), static_cast<double>(finding.level));
  families.begin("overall_level", "Level of all checks together.", "");
  families.sample("", static_cast<double>(report.level));
  families.begin("throttle", "How much is to be held back: 0 nothing to 3 everything.", "");
  families.sample("", report.advice.throttle);
  families.begin("max_agents", "Agents that may run.", "");
  families.sample("", static_cast<double>(report.advice.agents));
  if (!report.breakers.empty()) {
    families.begin("breaker_open", "Circuit breakers: 0 closed, 1 open, 0.5 half-open.", "");
    for (const auto& breaker : report.breakers) {
      constexpr double half = 0.5;
      const double value = breaker.state == BreakerState::closed ? 0
                           : breaker.state == BreakerState::open ? 1
                                                                 : half;
      families.sample(label("breaker", breaker.name), value);
    }
  }
  constexpr double thousand = 1000;
  families.begin("time_seconds", "When this was measured, since 1970.", "seconds");
  families.sample("", static_cast<double>(report.time) / thousand);
  return families.end();
}

}  // namespace longhaul::healthcheck
