#include "alert.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/moment.hpp"
#include "sys/command_group.hpp"

namespace longhaul::healthcheck {
namespace {

std::vector<std::string> environment_of(const SavedAlert& change, const Report& report) {
  const auto variable = [](std::string_view name, std::string_view value) {
    return std::string{name} + '=' + std::string{value};
  };
  return sys::environment_with({
      variable("HEALTH_FROM", name_of(change.from)),
      variable("HEALTH", name_of(change.to)),
      variable("THROTTLE", std::to_string(report.advice.throttle)),
      variable("MAX_AGENTS", std::to_string(report.advice.agents)),
      variable("DELAY", std::to_string(report.advice.delay)),
      variable("RECOMMENDATION", name_of(report.advice.first().remedy)),
      variable("REASON", report.advice.first().because),
      variable("COMMAND", report.advice.first().command),
      variable("SUMMARY", summary_of(report)),
  });
}

}  // namespace

std::optional<SavedAlert> change_of(const History& history, const Confirmation& confirmation,
                                    std::int64_t time) {
  std::vector<Level> latest;
  const auto& samples = history.samples();
  for (auto sample = samples.rbegin(); sample != samples.rend() && latest.size() < confirmation.of;
       ++sample) {
    if (sample->level != Level::unknown) latest.push_back(sample->level);
  }
  const auto at_least = [&](Level level) {
    return std::ranges::count_if(latest, [&](Level one) { return one >= level; });
  };
  const auto at_most = [&](Level level) {
    return std::ranges::count_if(latest, [&](Level one) { return one <= level; });
  };
  const auto needed = static_cast<std::ptrdiff_t>(confirmation.needed);
  const Level told = history.alerts().empty() ? Level::ok : history.alerts().back().to;
  for (const auto level : {Level::critical, Level::warning}) {
    if (level > told && at_least(level) >= needed) return SavedAlert{time, told, level};
  }
  for (const auto level : {Level::ok, Level::warning}) {
    if (level < told && at_most(level) >= needed) return SavedAlert{time, told, level};
  }
  return std::nullopt;
}

std::optional<int> tell(const Hooks& hooks, const Report& report, sys::SignalQueue& signals) {
  if (!report.change) return std::nullopt;
  const SavedAlert& change = *report.change;
  const Level to = change.to;
  const std::string& command = to == Level::critical  ? hooks.on_critical
                               : to == Level::warning ? hooks.on_warning
                                                      : hooks.on_recover;
  if (command.empty()) return std::nullopt;
  const auto environment = environment_of(change, report);
  const std::string option = to == Level::ok ? "--on-recover" : "--on-" + std::string{name_of(to)};
  sys::CommandGroup running{
      {.text = command, .environment = &environment, .signal_mask = &signals.mask_at_start()}};
  if (!running.wait(core::after(core::now(), hooks.timeout), signals.descriptor())) {
    if (const auto signal = signals.next()) return signal;
    throw core::Error{option, "the command did not end in time"};
  }
  const int status = running.reap();
  if (status != 0) throw core::Error{option, "the command ended with status " + std::to_string(status)};
  return std::nullopt;
}

}  // namespace longhaul::healthcheck
