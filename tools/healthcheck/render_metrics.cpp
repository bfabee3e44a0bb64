// OpenMetrics and the older text format of Prometheus. All samples of a family stand together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "check.hpp"
#include "render.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr std::string_view prefix = "longhaul_health_";

// What is no text is told by its bytes: two things must not get the same name.
std::string label_value(std::string_view text) {
  const bool is_text = core::utf8_printable(text) == text;
  std::string value;
  for (const char c : text) {
    if (c == '\\' || c == '"')
      value.append("\\").append(1, c);
    else if (c == '\n')
      value += "\\n";
    else if (is_text || (c >= ' ' && c < '\x7f'))
      value += c;
    else
      value += fmt::format("\\\\x{:02x}", static_cast<unsigned char>(c));
  }
  return value;
}

class Families {
 public:
  explicit Families(bool is_open) : is_open_{is_open} {}

  void begin(const std::string& name, std::string_view help, std::string_view unit) {
    name_ = std::string{prefix} + name;
    text_ += "# HELP " + name_ + ' ' + std::string{help} + '\n';
    text_ += "# TYPE " + name_ + " gauge\n";
    if (is_open_ && !unit.empty()) text_ += "# UNIT " + name_ + ' ' + std::string{unit} + '\n';
  }
  void sample(const std::string& labels, double value) {
    text_ += name_ + (labels.empty() ? "" : '{' + labels + '}') + ' ' + number(value) + '\n';
  }
  std::string end() { return is_open_ ? text_ + "# EOF\n" : text_; }

 private:
  static std::string number(double value) {
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return core::number_text(value);
  }

  bool is_open_;
  std::string name_;
  std::string text_;
};

std::string labels_of(const Finding& finding) {
  const auto& reading = finding.reading;
  std::string labels = reading.label.empty() ? "" : "what=\"" + label_value(reading.label) + '"';
  if (!reading.table.empty()) labels += ",table=\"" + label_value(reading.table) + '"';
  return labels;
}

std::string check_of(const Finding& finding) {
  const auto label = labels_of(finding);
  return "check=\"" + std::string{finding.reading.measure->name} + '"' + (label.empty() ? "" : ',' + label);
}

void add_values(Families& families, const Report& report) {
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

void add_limits(Families& families, const Report& report) {
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
  Families families{is_open};
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
      families.sample("breaker=\"" + label_value(breaker.name) + '"', value);
    }
  }
  constexpr double thousand = 1000;
  families.begin("time_seconds", "When this was measured, since 1970.", "seconds");
  families.sample("", static_cast<double>(report.time) / thousand);
  return families.end();
}

}  // namespace longhaul::healthcheck
