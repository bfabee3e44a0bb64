#include "render.hpp"

#include <algorithm>
#include <cmath>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/number_text.hpp"
#include "base/shell_word.hpp"
#include "base/utf8.hpp"
#include "base/workflow_command.hpp"
#include "check.hpp"
#include "store/json_writer.hpp"

namespace longhaul::healthcheck {
namespace {

std::string in_capitals(std::string_view word) {
  std::string text{word};
  std::ranges::transform(text, text.begin(), core::upper);
  return text;
}

// One line, whatever it holds.
std::string on_one_line(std::string_view text) {
  std::string line = core::utf8_printable(text);
  std::ranges::replace(line, '\n', ' ');
  std::ranges::replace(line, '\t', ' ');
  return line;
}

std::string_view colour_of(Level level) {
  switch (level) {
    case Level::ok: return "\033[32m";
    case Level::warning: return "\033[33m";
    case Level::critical: return "\033[31m";
    case Level::unknown: return "\033[35m";
  }
  return {};
}

std::string coloured(Level level, bool colour) {
  constexpr std::size_t width = 8;
  std::string sign{sign_of(level)};
  const std::string blanks(width - std::min(width, sign.size()) + 1, ' ');
  return colour ? std::string{colour_of(level)} + sign + "\033[0m" + blanks : sign + blanks;
}

std::string advice_of(const Report& report) {
  const auto& advice = report.advice;
  const auto step = advice.first();
  if (advice.throttle == 0 && step.remedy == Remedy::none) return {};
  std::string text = "throttle " + std::to_string(advice.throttle) + ", at most " +
                     std::to_string(advice.agents) + (advice.agents == 1 ? " agent" : " agents");
  if (step.remedy != Remedy::none) {
    text += ", " + std::string{name_of(step.remedy)} + " because of " + step.because;
    if (!step.command.empty()) text += ": " + step.command;
  }
  return text;
}

void add_forecast(store::JsonWriter& json, std::string_view name, const metrics::Forecast& forecast) {
  if (!forecast.is_expected()) return;
  json.key(name).begin_object().key("samples").real(forecast.samples).key("seconds").real(forecast.seconds);
  json.end_object();
}

void add_finding(store::JsonWriter& json, const Finding& finding, bool explain) {
  const auto& reading = finding.reading;
  json.begin_object().member("name", reading.measure->name);
  if (!reading.label.empty()) json.member("label", std::string_view{reading.label});
  if (!reading.table.empty()) json.member("table", std::string_view{reading.table});
  json.member("level", name_of(finding.level));
  if (!std::isnan(reading.value)) json.key("value").real(reading.value);
  if (const auto unit = suffix_of(reading.measure->unit); !unit.empty()) json.member("unit", unit);
  if (!std::isnan(reading.limits.warning)) json.key("warning").real(reading.limits.warning);
  if (!std::isnan(reading.limits.critical)) json.key("critical").real(reading.limits.critical);
  if (reading.below) json.member("below", true);
  if (!reading.note.empty()) json.member("note", std::string_view{reading.note});
  if (!reading.reason.empty()) json.member("reason", std::string_view{reading.reason});
  add_forecast(json, "toWarning", finding.to_warning);
  add_forecast(json, "toCritical", finding.to_critical);
  if (finding.is_foreseen) json.member("foreseen", true);
  if (explain && !finding.explanation().empty()) json.member("why", std::string_view{finding.explanation()});
  json.end_object();
}

std::string perfdata_of(const Finding& finding) {
  const auto& reading = finding.reading;
  if (std::isnan(reading.value)) return {};
  std::string label = on_one_line(reading.series());
  std::ranges::replace(label, '\'', '_');
  std::ranges::replace(label, '=', '_');
  std::ranges::replace(label, '|', '_');
  // A least value is a range without a beginning: "10:" (monitoring-plugins' development guidelines).
  const auto limit = [&](double value) {
    return std::isnan(value) ? std::string{} : core::number_text(value) + (reading.below ? ":" : "");
  };
  return '\'' + label + "'=" + core::number_text(reading.value) +
         std::string{perfdata_unit_of(reading.measure->unit)} + ';' + limit(reading.limits.warning) + ';' +
         limit(reading.limits.critical);
}

}  // namespace

std::string as_text(const Report& report, bool colour, bool explain) {
  std::string text;
  for (const auto& finding : report.findings) {
    text += coloured(finding.level, colour) + on_one_line(finding.reading.series() + ": " + finding.text());
    if (const auto outlook = finding.outlook(); !outlook.empty()) text += "; " + outlook;
    text += '\n';
    if (explain && !finding.explanation().empty()) text += "         why: " + finding.explanation() + '\n';
  }
  for (const auto& breaker : report.breakers) {
    if (breaker.name == report.breaker)
      text += coloured(breaker.state == BreakerState::closed ? Level::ok : Level::warning, colour) +
              "breaker:" + breaker.name + ": " + std::string{name_of(breaker.state)} + '\n';
  }
  text += coloured(report.level, colour) + summary_of(report);
  if (const auto advice = advice_of(report); !advice.empty()) text += "; " + on_one_line(advice);
  return text + '\n';
}

std::string as_json(const Report& report, bool explain) {
  store::JsonWriter json;
  const core::Time time{std::chrono::milliseconds{report.time}};
  json.begin_object()
      .member("time", std::string_view{core::iso_time(time)})
      .member("health", name_of(report.level));
  json.key("checks").begin_array();
  for (const auto& finding : report.findings) add_finding(json, finding, explain);
  json.end_array();
  const auto& advice = report.advice;
  const auto step = advice.first();
  json.member("recommendation", name_of(step.remedy));
  if (!step.because.empty()) json.member("because", std::string_view{step.because});
  if (!step.command.empty()) json.member("command", std::string_view{step.command});
  json.key("recommendations").begin_array();
  for (const auto& one : advice.steps) json.value(name_of(one.remedy));
  json.end_array().member("throttle", static_cast<std::uint64_t>(advice.throttle));
  json.member("maxAgents", advice.agents).member("delaySeconds", advice.delay);
  for (const auto& breaker : report.breakers) {
    if (breaker.name == report.breaker) json.member("breaker", name_of(breaker.state));
  }
  if (report.change) json.member("changedFrom", name_of(report.change->from));
  return json.end_object().text() + '\n';
}

std::string as_nagios(const Report& report) {
  std::string text = "HEALTH " + std::string{sign_of(report.level)} + " - " + summary_of(report);
  std::string data;
  for (const auto& finding : report.findings) {
    if (finding.level != Level::ok)
      text += "; " + on_one_line(finding.reading.series() + ' ' + finding.text());
    if (const auto one = perfdata_of(finding); !one.empty()) data += ' ' + one;
  }
  std::ranges::replace(text, '|', '/');  // begins the data
  return text + (data.empty() ? "" : " |" + data) + '\n';
}

std::string as_shell(const Report& report) {
  const auto& advice = report.advice;
  std::string line;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!line.empty()) line += ' ';
    line.append(name).append("=").append(core::shell_word(on_one_line(value)));
  };
  add("HEALTH", name_of(report.level));
  add("THROTTLE", std::to_string(advice.throttle));
  add("MAX_AGENTS", std::to_string(advice.agents));
  add("DELAY", std::to_string(advice.delay));
  add("RECOMMENDATION", name_of(advice.first().remedy));
  add("REASON", advice.first().because);
  add("COMMAND", advice.first().command);
  add("SUMMARY", summary_of(report));
  for (const auto& measure : all_measures()) {
    // Where one is measured several times, the worst counts.
    const Finding* worst = nullptr;
    for (const auto& finding : report.findings) {
      const bool is_it = finding.reading.measure == measure && !std::isnan(finding.reading.value);
      if (is_it && measure->name != "metric" &&
          (worst == nullptr || finding.reading.value > worst->reading.value))
        worst = &finding;
    }
    if (worst != nullptr)
      add("HEALTH_" + in_capitals(measure->name), core::number_text(worst->reading.value));
  }
  return line + '\n';
}

std::string as_github(const Report& report) {
  std::string text;
  for (const auto& finding : report.findings) {
    if (finding.level == Level::ok) continue;
    const auto outlook = finding.outlook();
    text += core::workflow_command(
        {.level = finding.level == Level::critical ? "error" : "warning",
         .title = "healthcheck " + std::string{name_of(finding.level)} + ' ' + finding.reading.series(),
         .message = finding.text() + (outlook.empty() ? "" : "; " + outlook)});
  }
  const auto advice = advice_of(report);
  return text +
         core::workflow_command({.level = "notice",
                                 .title = "healthcheck",
                                 .message = std::string{name_of(report.level)} + ": " + summary_of(report) +
                                            (advice.empty() ? "" : "; " + advice)});
}

std::string render(const Report& report, const Rendering& how) {
  switch (how.format) {
    case Format::text: return as_text(report, how.colour, how.explain);
    case Format::json: return as_json(report, how.explain);
    case Format::nagios: return as_nagios(report);
    case Format::openmetrics: return as_metrics(report, true);
    case Format::prometheus: return as_metrics(report, false);
    case Format::shell: return as_shell(report);
    case Format::github: return as_github(report);
    case Format::html: return as_html(report);
  }
  return {};
}

}  // namespace longhaul::healthcheck
