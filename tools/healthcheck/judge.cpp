#include "judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/shell_word.hpp"
#include "glob.hpp"

namespace longhaul::healthcheck {
namespace {

Level level_of(const Reading& reading) {
  if (!reading.reason.empty() || std::isnan(reading.value)) return Level::unknown;
  const auto passes = [&](double limit) {
    return !std::isnan(limit) && (reading.below ? reading.value <= limit : reading.value >= limit);
  };
  if (passes(reading.limits.critical)) return Level::critical;
  return passes(reading.limits.warning) ? Level::warning : Level::ok;
}

metrics::Forecast forecast_of(std::vector<metrics::Sample> series, double limit, bool below, Method method) {
  if (below) {
    for (auto& sample : series) sample.value = -sample.value;
    limit = -limit;
  }
  return method == Method::linear ? metrics::linear_forecast(series, limit)
                                  : metrics::forecast(series, limit);
}

struct Throttle {
  double agents;        // of all
  std::uint64_t delay;  // seconds between starts
};

// By level 0 to 3.
constexpr std::array<Throttle, 4> throttles{{{1, 0}, {0.5, 5}, {0.25, 30}, {0, 120}}};

Remedy remedy_of(const Finding& finding) {
  if (finding.level == Level::critical) {
    const bool is_beyond = finding.reading.value >= finding.reading.limits.alert;
    return is_beyond ? Remedy::restart : finding.reading.measure->at_critical;
  }
  return finding.level == Level::warning ? finding.reading.measure->at_warning : Remedy::none;
}

int throttle_of(Level level, Remedy remedy) {
  if (level == Level::critical) return remedy >= Remedy::pause_execution ? 3 : 2;
  return level == Level::ok ? 0 : 1;
}

// A pattern is left to the shell.
std::string operand_of(const std::string& label) {
  std::string plain = label;
  std::erase_if(plain, [](char c) { return std::string_view{"*?[]"}.find(c) != std::string_view::npos; });
  return core::shell_path(plain) == plain ? label : core::shell_path(label);
}

// sh has no **: what stands for any number of folders is find's.
std::string rotating(const std::string& label) {
  constexpr std::string_view any_folder = "**/";
  const auto at = label.find(any_folder);
  if (at == std::string::npos) return "logrotd --once " + operand_of(label);
  const std::string folder = at == 0 ? "." : label.substr(0, at);
  const std::string name = label.substr(at + any_folder.size());
  if (is_pattern(folder) || name.find('/') != std::string::npos) return {};
  return "find " + core::shell_path(folder) + " -name " + core::shell_word(name) +
         " -exec logrotd --once {} +";
}

std::string command_of(Remedy remedy, const Finding& finding, const Advice& advice,
                       const std::string& scope) {
  const std::string path = operand_of(finding.reading.label);
  switch (remedy) {
    case Remedy::none: return {};
    case Remedy::remove_temp_files: return "proctrack gc";
    case Remedy::rotate_logs:
      return finding.reading.measure->unit == Unit::fraction ? "" : rotating(finding.reading.label);
    case Remedy::prune_database: return "dbprune " + path;
    case Remedy::reduce_agents:
      return "proctrack slot --name agents --max " + std::to_string(advice.agents) + " -- CMD";
    case Remedy::pause_execution: return "memwatch --admit 400MB --wait 10m -- CMD";
    case Remedy::restart: {
      const bool has_ended = finding.reading.measure->name == "exit";
      return has_ended ? "proctrack run --name " + path + " -- CMD" : "proctrack stop " + scope;
    }
  }
  return {};
}

}  // namespace

Finding judge(Reading reading, const History& history, std::int64_t time, const Judgement& how) {
  Finding finding{.reading = std::move(reading), .to_warning = {}, .to_critical = {}, .series = {}};
  const Reading& what = finding.reading;
  finding.level = level_of(what);
  if (finding.level == Level::unknown) return finding;
  constexpr double thousand = 1000;
  const auto known = history.series(what.series());
  const auto kept =
      how.keeps_series ? known.size() : std::min(known.size(), metrics::most_samples_of_forecast);
  finding.series.assign(known.end() - static_cast<std::ptrdiff_t>(kept), known.end());
  finding.series.push_back({static_cast<double>(time) / thousand, what.value});
  const auto forecast = [&](double limit) {
    return std::isnan(limit) ? metrics::Forecast{}
                             : forecast_of(finding.series, limit, what.below, how.method);
  };
  finding.to_warning = forecast(what.limits.warning);
  finding.to_critical = forecast(what.limits.critical);
  if (finding.level == Level::ok && finding.to_critical.samples <= how.horizon) {
    finding.level = Level::warning;
    finding.is_foreseen = true;
  }
  if (!how.keeps_series) finding.series.clear();
  return finding;
}

std::optional<double> growth_of(const std::string& series, double value, const History& history,
                                std::int64_t time) {
  constexpr double thousand = 1000;
  constexpr double hour = 3600;
  const double now = static_cast<double>(time) / thousand;
  const auto known = history.series(series);
  const auto before = std::find_if(known.rbegin(), known.rend(), [&](const metrics::Sample& sample) {
    return sample.time <= now - shortest_growth;
  });
  if (before == known.rend()) return std::nullopt;
  const double passed = now - before->time;
  const double grown = value - before->value;
  return (grown < 0 ? value : grown) / passed * hour;
}

Advice advise(const Report& report, const Judgement& how) {
  Advice advice;
  std::vector<const Finding*> asking;  // the worst for each remedy
  Level level = Level::ok;
  for (const auto& finding : report.findings) {
    if (finding.level != Level::ok && (level == Level::ok || worse(level, finding.level) != level)) {
      level = finding.level;
      advice.worst = finding.reading.series();
    }
    const Remedy remedy = remedy_of(finding);
    advice.throttle = std::max(advice.throttle, throttle_of(finding.level, remedy));
    if (remedy == Remedy::none) continue;
    const auto same = std::ranges::find(asking, remedy, [](const Finding* one) { return remedy_of(*one); });
    if (same == asking.end())
      asking.push_back(&finding);
    else if (worse((*same)->level, finding.level) != (*same)->level)
      *same = &finding;
  }
  const auto& throttle = throttles[static_cast<std::size_t>(advice.throttle)];
  advice.agents = static_cast<std::uint64_t>(static_cast<double>(how.agents) * throttle.agents);
  if (throttle.agents > 0) advice.agents = std::max<std::uint64_t>(advice.agents, 1);
  advice.delay = throttle.delay;
  std::ranges::stable_sort(asking, std::ranges::greater{},
                           [](const Finding* one) { return remedy_of(*one); });
  const std::string scope = how.scope.empty() ? "NAME" : core::shell_word(how.scope);
  for (const auto* finding : asking) {
    const Remedy remedy = remedy_of(*finding);
    advice.steps.push_back({remedy, finding->reading.series(), command_of(remedy, *finding, advice, scope)});
  }
  return advice;
}

}  // namespace longhaul::healthcheck
