#include "gate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "bounded_checks.hpp"
#include "history_file.hpp"

namespace longhaul::healthcheck {
namespace {

// The growth of a log is told by what the last run saw.
void add_growth(Readings& readings, const History& history, std::span<const Target> targets,
                std::int64_t time) {
  for (std::size_t at = 0; at < readings.size(); ++at) {
    const Reading size = readings[at];
    if (size.measure->name != "log" || std::isnan(size.value)) continue;
    const auto growth = growth_of(size.series(), size.value, history, time);
    const auto target = std::ranges::find_if(
        targets, [&](const Target& one) { return one.check->name == "log" && one.what == size.label; });
    if (!growth || target == targets.end()) continue;
    readings.insert(readings.begin() + static_cast<std::ptrdiff_t>(++at),
                    target->check->reading(*target, 1, *growth));
  }
}

// Where a series was measured twice, what is not known counts.
void leave_one_of_a_series(Readings& readings) {
  Readings left;
  for (auto& reading : readings) {
    const auto same = std::ranges::find(left, reading.series(), &Reading::series);
    if (same == left.end())
      left.push_back(std::move(reading));
    else if (!reading.reason.empty())
      *same = std::move(reading);
  }
  readings = std::move(left);
}

Values values_of(const Report& report) {
  Values values;
  for (const auto& finding : report.findings) {
    if (!std::isnan(finding.reading.value))
      values.emplace_back(finding.reading.series(), finding.reading.value);
  }
  return values;
}

// A level that is critical opens it. What closes it is the trial that was let through, not a look beside it.
void note_in_breaker(const Settings& settings, const Report& report, History& history) {
  if (settings.breaker.empty() || report.level != Level::critical) return;
  Breaker breaker = history.breaker(settings.breaker);
  open(breaker, report.time);
  history.set(breaker);
}

// Without a history of this run's own: where all breakers are, which is no place for its samples.
void note_in_shared_breaker(const Settings& settings, Report& report, cli::Session& session) {
  const auto path = history_path(settings);
  History shared{path, {.keep = History::keep_all, .patience = settings.timeout}};
  note_in_breaker(settings, report, shared);
  (void)shared.save();
  report.breakers = shared.breakers();
  report.turns = shared.turns();
  report_problems(shared, path, session);
}

void warn_of_the_clock(const History& history, std::int64_t now, const std::string& path,
                       cli::Session& session) {
  if (history.samples().empty() || history.samples().back().time <= now) return;
  session.warn(path,
               "the clock went back: the last sample is of " +
                   core::iso_time(core::Time{std::chrono::milliseconds{history.samples().back().time}}));
}

}  // namespace

Gate::Gate(const Settings& settings)
    : targets{targets_of(settings)}, context{.tree = tree_of(settings),
                                             .timeout = settings.timeout,
                                             .signal_mask = nullptr,
                                             .left_out = {}},
      judgement{.method = settings.method,
                .horizon = settings.horizon,
                .keeps_series = settings.format == Format::html,
                .agents = settings.agents,
                .scope = settings.scope},
      confirmation{confirmation_of(settings)} {
  if (targets.empty()) throw core::Error{"--skip", "leaves nothing to check"};
}

Report Gate::look(const Settings& settings, cli::Session& session, Telling telling) {
  Readings readings = make_checks(targets, context, children);
  leave_one_of_a_series(readings);
  const std::string& path = settings.history;
  Report report;
  report.breaker = settings.breaker;
  {
    const auto looks_at =
        judgement.keeps_series ? std::numeric_limits<std::size_t>::max() : metrics::most_samples_of_forecast;
    History history{path, {settings.keep, looks_at, settings.timeout}};
    report.time = now_in_milliseconds();  // under the lock, so that samples stand in order
    warn_of_the_clock(history, report.time, path, session);
    add_growth(readings, history, targets, report.time);
    for (auto& reading : readings) {
      report.findings.push_back(judge(std::move(reading), history, report.time, judgement));
      report.level = worse(report.level, report.findings.back().level);
    }
    history.add({report.time, report.level}, values_of(report));
    report.change = change_of(history, confirmation, report.time);
    if (report.change && telling == Telling::yes) history.add(*report.change);
    if (!path.empty()) note_in_breaker(settings, report, history);
    if (!path.empty()) (void)history.save();
    report.alerts = history.alerts();
    report.breakers = history.breakers();
    report.turns = history.turns();
    report_problems(history, path, session);
  }
  if (path.empty() && !settings.breaker.empty()) note_in_shared_breaker(settings, report, session);
  report.advice = advise(report, judgement);
  return report;
}

std::optional<int> run_hook(const Report& report, const Settings& settings, sys::SignalQueue& signals,
                            cli::Session& session) {
  try {
    return tell(settings.hooks, report, signals);
  } catch (const core::Error& error) {
    session.warn(error.subject, error.reason);
    return std::nullopt;
  }
}

Report all_is_well(const Settings& settings) {
  Report report;
  report.time = now_in_milliseconds();
  report.advice.agents = settings.agents;
  return report;
}

}  // namespace longhaul::healthcheck
