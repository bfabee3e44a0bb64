#include "forecast_score.hpp"

#include <algorithm>
#include <limits>

#include "metrics/forecast.hpp"
#include "metrics/line_fit.hpp"

namespace made {
namespace {

using longhaul::metrics::Sample;

constexpr double never = std::numeric_limits<double>::infinity();

double plain_threshold(std::span<const Sample> samples, double limit) {
  return samples.back().value >= 0.95 * limit ? 0 : never;
}

double theil_sen(std::span<const Sample> samples, double limit) {
  constexpr std::size_t latest = 10;
  const auto line = longhaul::metrics::fit_line(samples.last(std::min(samples.size(), latest)), 0);
  constexpr double interval = 60;
  if (samples.back().value >= limit) return 0;
  return line.slope > 0 ? std::max(0.0, (limit - line.at_end) / line.slope / interval) : never;
}

}  // namespace

double Score::f1() const {
  const auto hits = static_cast<double>(2 * all.hits);
  const auto wrong = static_cast<double>(all.missed + all.false_alarms + 2 * all.early);
  return hits + wrong > 0 ? hits / (hits + wrong) : 0;
}

std::size_t Score::median_lead() const {
  if (leads.empty()) return 0;
  auto sorted = leads;
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

Score score(std::span<const Series> all, const Method& method) {
  Score result;
  for (const auto& series : all) {
    const std::size_t crossing = series.crossing();
    std::size_t alarm = 0;
    while (alarm < crossing && method(std::span{series.samples}.first(alarm + 1), series.limit) > horizon)
      ++alarm;
    const std::size_t lead = crossing - alarm;
    for (Counts* counts : {&result.all, &result.by_shape[series.shape]}) {
      ++counts->series;
      if (crossing == series.samples.size()) {
        counts->false_alarms += alarm < crossing ? 1 : 0;
      } else if (lead < least_lead) {
        ++counts->missed;
      } else {
        ++(lead > most_lead ? counts->early : counts->hits);
      }
    }
    if (crossing < series.samples.size() && lead >= least_lead && lead <= most_lead)
      result.leads.push_back(lead);
  }
  return result;
}

std::vector<NamedMethod> methods() {
  using namespace longhaul::metrics;
  return {
      {"shape", [](auto samples, double limit) { return forecast(samples, limit).samples; }},
      {"least squares of 10",
       [](auto samples, double limit) { return linear_forecast(samples, limit).samples; }},
      {"Theil-Sen of 10", theil_sen},
      {"over 0.95 of the limit", plain_threshold},
  };
}

}  // namespace made
