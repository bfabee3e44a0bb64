#include "report.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/duration.hpp"

namespace longhaul::healthcheck {
namespace {

std::string in_samples(const metrics::Forecast& forecast) {
  const auto samples = std::llround(std::ceil(forecast.samples));
  std::string text = std::to_string(samples) + (samples == 1 ? " sample" : " samples");
  constexpr double longest = 3e9;  // a century
  if (forecast.seconds < longest)
    text += " (" + core::format_duration(std::chrono::seconds{std::llround(forecast.seconds)}) + ')';
  return text;
}

}  // namespace

std::string Finding::text() const {
  if (!reading.reason.empty()) return reading.reason;
  std::string text = show(reading.value);
  if (const auto known = limits(); !known.empty()) text += " (" + known + ')';
  if (!reading.note.empty()) text += ": " + reading.note;
  return text;
}

std::string Finding::limits() const {
  std::string text;
  for (const auto& [name, limit] :
       {std::pair{"warning ", reading.limits.warning}, {"critical ", reading.limits.critical}}) {
    if (!std::isnan(limit)) text += (text.empty() ? name : std::string{", "} + name) + show(limit);
  }
  return reading.below && !text.empty() ? "below: " + text : text;
}

std::string Finding::outlook() const {
  if (to_critical.is_expected() && to_critical.cause != metrics::Cause::passed)
    return "passes critical in about " + in_samples(to_critical);
  if (to_warning.is_expected() && to_warning.cause != metrics::Cause::passed)
    return "passes warning in about " + in_samples(to_warning);
  return {};
}

std::string Finding::explanation() const {
  if (!reading.limits.any() || !reading.reason.empty()) return {};
  const bool has_critical = !std::isnan(reading.limits.critical);
  return metrics::explain(
      has_critical ? to_critical : to_warning, [&](double value) { return show(value); },
      reading.below ? metrics::Limit::least : metrics::Limit::most);
}

std::size_t count_of(const Report& report, Level level) {
  return static_cast<std::size_t>(std::ranges::count(report.findings, level, &Finding::level));
}

std::string summary_of(const Report& report) {
  std::string text;
  for (const auto level : {Level::critical, Level::warning, Level::unknown}) {
    const auto count = count_of(report, level);
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(count) + ' ' + std::string{name_of(level)};
  }
  if (report.findings.empty()) return "nothing was checked";
  const auto all = std::to_string(report.findings.size());
  return text.empty() ? "all of " + all + " ok" : text + " of " + all;
}

}  // namespace longhaul::healthcheck
