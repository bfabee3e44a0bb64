#include "gate.hpp"

#include <algorithm>
#include <cmath>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "bounded_checks.hpp"
#include "cli/nearest.hpp"
#include "store/json_writer.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::healthcheck {
namespace {

std::int64_t now_in_milliseconds() {
  return std::chrono::floor<std::chrono::milliseconds>(core::system_time().time_since_epoch()).count();
}

// A breaker is of no use without a memory: then it is where scopes are.
std::string history_path(const Settings& settings) {
  if (!settings.history.empty() || settings.breaker.empty()) return settings.history;
  const auto folder = sys::state_path(settings.state);
  sys::make_private_folder(folder);
  return folder + "/health.history";
}

void report_problems(const History& history, const std::string& path, cli::Session& session) {
  for (const auto& problem : history.problems()) session.warn(path, problem);
}

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

SavedSample sample_of(const Report& report) {
  SavedSample sample{report.time, report.level, {}};
  for (const auto& finding : report.findings) {
    if (!std::isnan(finding.reading.value))
      sample.values.emplace_back(finding.reading.series(), finding.reading.value);
  }
  return sample;
}

// A level that is critical opens it; one that is well ends a trial.
void note_in_breaker(const Settings& settings, const Report& report, History& history) {
  if (settings.breaker.empty()) return;
  Breaker breaker = history.breaker(settings.breaker);
  if (report.level == Level::critical)
    open(breaker, report.time);
  else if (report.level == Level::ok && breaker.state == BreakerState::half_open)
    record_success(breaker, report.time);
  else
    return;
  history.set(breaker);
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
                                             .left_out = {}},
      judgement{.method = settings.method,
                .horizon = settings.horizon,
                .keeps_series = settings.format == Format::html,
                .agents = settings.agents},
      confirmation{confirmation_of(settings)} {
  if (targets.empty()) throw core::Error{"--skip", "leaves nothing to check"};
}

Report Gate::look(const Settings& settings, cli::Session& session) const {
  Readings readings = make_checks(targets, context);
  const auto path = history_path(settings);
  Report report;
  report.time = now_in_milliseconds();
  report.breaker = settings.breaker;
  report.horizon = settings.horizon;
  std::optional<SavedAlert> change;
  {
    History history{path, settings.keep, settings.timeout};
    warn_of_the_clock(history, report.time, path, session);
    add_growth(readings, history, targets, report.time);
    for (auto& reading : readings) {
      report.findings.push_back(judge(std::move(reading), history, report.time, judgement));
      report.level = worse(report.level, report.findings.back().level);
    }
    history.add(sample_of(report));
    if (const auto level = change_of(history, confirmation)) {
      const Level before = history.alerts().empty() ? Level::ok : history.alerts().back().to;
      change = SavedAlert{report.time, before, *level};
      history.add(*change);
    }
    note_in_breaker(settings, report, history);
    if (!path.empty()) (void)history.save();
    report.alerts = history.alerts();
    report.breakers = history.breakers();
    report_problems(history, path, session);
  }
  report.advice = advise(report, judgement);
  if (change) {
    try {
      tell(settings.hooks, change->from, change->to, report);
    } catch (const core::Error& error) {
      session.warn(error.subject, error.reason);
    }
  }
  return report;
}

namespace {

enum class BreakerUse { allow, status, reset, record_ok, record_fail };

BreakerUse use_of(const std::vector<std::string>& words) {
  std::string typed;
  for (const auto& word : words) typed += (typed.empty() ? "" : " ") + word;
  constexpr std::array<std::pair<std::string_view, BreakerUse>, 5> uses{{
      {"allow", BreakerUse::allow},
      {"status", BreakerUse::status},
      {"reset", BreakerUse::reset},
      {"record ok", BreakerUse::record_ok},
      {"record fail", BreakerUse::record_fail},
  }};
  std::vector<std::string_view> names;
  for (const auto& [name, use] : uses) {
    if (name == typed) return use;
    names.push_back(name);
  }
  throw core::Error{typed, "is nothing to do with a breaker: allow, status, reset, record ok, record fail" +
                               cli::suggestion(typed, names)};
}

std::string text_of(const Breaker& breaker, Format format) {
  if (format == Format::json) {
    store::JsonWriter json;
    json.begin_object()
        .member("breaker", std::string_view{breaker.name})
        .member("state", name_of(breaker.state));
    json.member("failures", breaker.failures).member("failure", std::string_view{breaker.failure});
    return json.member("same", breaker.same).member("escalated", breaker.escalated).end_object().text() +
           '\n';
  }
  std::string text = breaker.name + ": " + std::string{name_of(breaker.state)} + ", " +
                     std::to_string(breaker.failures) + (breaker.failures == 1 ? " failure" : " failures") +
                     " in a row";
  if (breaker.escalated)
    text += ", " + std::to_string(breaker.same) + " of the same kind: stop, and have it looked at";
  return text + '\n';
}

// 0 closed, 1 open, 2 where it is of no use to wait.
core::Exit exit_of(const Breaker& breaker) {
  if (breaker.escalated) return core::Exit::critical;
  return breaker.state == BreakerState::closed ? core::Exit::ok : core::Exit::warning;
}

}  // namespace

core::Exit use_breaker(const Settings& settings, cli::Session& session) {
  const BreakerUse use = use_of(settings.words);
  BreakerRules rules = settings.breaker_rules;
  rules.cool_down = std::chrono::floor<std::chrono::milliseconds>(settings.cool_down);
  const auto path = history_path(settings);
  History history{path, settings.keep, settings.timeout};
  Breaker breaker = history.breaker(settings.breaker);
  const auto now = now_in_milliseconds();
  bool is_allowed = true;
  switch (use) {
    case BreakerUse::allow: is_allowed = allow(breaker, now, rules); break;
    case BreakerUse::status: break;
    case BreakerUse::reset:
    case BreakerUse::record_ok: record_success(breaker, now); break;
    case BreakerUse::record_fail: record_failure(breaker, now, settings.failure, rules); break;
  }
  const bool is_to_be_kept =
      use != BreakerUse::status && (use != BreakerUse::allow || breaker.state == BreakerState::half_open);
  if (is_to_be_kept) history.set(breaker);
  const bool is_kept = !is_to_be_kept || history.save();
  report_problems(history, path, session);
  // A breaker that forgets would let everything through.
  if (!is_kept) throw core::Error{path, "the breaker's state is not kept"};
  if (use == BreakerUse::status) session.print(text_of(breaker, settings.format));
  if (use == BreakerUse::record_fail && breaker.escalated && !settings.quiet)
    session.note(text_of(breaker, Format::text));
  if (use == BreakerUse::status) return exit_of(breaker);
  return use != BreakerUse::allow || is_allowed ? core::Exit::ok : exit_of(breaker);
}

}  // namespace longhaul::healthcheck
