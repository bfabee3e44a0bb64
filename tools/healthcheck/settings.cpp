#include "settings.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"
#include "cli/nearest.hpp"
#include "fields.hpp"

namespace longhaul::healthcheck {
namespace {

// Of a tree, and made where a tree is named, or nothing at all.
constexpr std::array<std::string_view, 4> of_tree{"memory", "processes", "zombies", "descriptors"};

const Check& check_named(std::string_view name) {
  const Check* check = find_check(name);
  if (check != nullptr) return *check;
  std::vector<std::string_view> names;
  for (const auto& one : all_checks()) names.push_back(one.name);
  throw core::Error{"--skip", "'" + std::string{name} + "' is no check" + cli::suggestion(name, names)};
}

double limit_of(std::string_view text, std::string_view given) {
  const auto value = parse_limit(text, Unit::number);
  if (!value) throw core::Error{"--metric", "'" + std::string{given} + "': " + value.reason()};
  return *value;
}

// "queue:100:500=wc -l <queue"
Target metric_of(std::string_view given) {
  const auto equals = given.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == given.size())
    throw core::Error{"--metric", "'" + std::string{given} + "' is not NAME=CMD"};
  auto head = given.substr(0, equals);
  constexpr auto most_colons = 2;
  if (head.starts_with(':') || std::ranges::count(head, ':') > most_colons)
    throw core::Error{"--metric", "'" + std::string{given} + "' is not NAME[:WARNING[:CRITICAL]]=CMD"};
  Target target{check_named("metric"), std::string{head.substr(0, head.find(':'))}};
  target.command = given.substr(equals + 1);
  for (double* limit : {&target.limits[0].warning, &target.limits[0].critical}) {
    const auto colon = head.find(':');
    if (colon == std::string_view::npos) break;
    head.remove_prefix(colon + 1);
    if (const auto text = head.substr(0, head.find(':')); !text.empty()) *limit = limit_of(text, given);
  }
  return target;
}

bool is_of_tree(const Check& check) { return std::ranges::find(of_tree, check.name) != of_tree.end(); }

// It has the limits for what the command line names.
bool names_nothing(const Target& section) { return !section.check->key.empty() && section.what.empty(); }

// One thing is checked once, as the last one that names it has it: a section stands for an option.
void add(Target target, std::vector<Target>& targets) {
  const auto same = std::ranges::find_if(targets, [&](const Target& one) {
    const bool is_table = one.table.empty() || one.table == target.table;
    return one.check == target.check && one.what == target.what && is_table;
  });
  if (same == targets.end())
    targets.push_back(std::move(target));
  else if (same->command != target.command)
    throw core::Error{"metric " + target.what, "is two commands"};
  else
    *same = std::move(target);
}

void add_named(std::string_view check, const std::vector<std::string>& names, const Settings& settings,
               std::vector<Target>& targets) {
  const auto section = std::ranges::find_if(
      settings.sections, [&](const Target& one) { return one.check->name == check && names_nothing(one); });
  for (const auto& name : names) {
    Target target{check_named(check), name};
    if (section != settings.sections.end()) {
      target.limits = section->limits;
      target.table = section->table;
    }
    add(std::move(target), targets);
  }
}

void set_memory_limits(Limits& limits, const Settings& settings) {
  const auto budget = static_cast<double>(settings.budget);
  if (std::isnan(limits.warning)) limits.warning = std::round(settings.warning * budget);
  if (std::isnan(limits.critical)) limits.critical = std::round(settings.critical * budget);
  constexpr double beyond = 1.2;
  if (std::isnan(limits.alert)) limits.alert = std::max(settings.alert, std::round(beyond * budget));
}

void add_tree(const Settings& settings, std::vector<Target>& targets) {
  const bool is_named = settings.pid != 0 || !settings.scope.empty();
  const bool has_section =
      std::ranges::any_of(settings.sections, [](const Target& one) { return is_of_tree(*one.check); });
  const bool is_all = is_named || (targets.empty() && !has_section);
  for (const auto name : of_tree) {
    const auto section =
        std::ranges::find(settings.sections, name, [](const Target& one) { return one.check->name; });
    if (section != settings.sections.end())
      targets.push_back(*section);
    else if (is_all)
      targets.emplace_back(check_named(name));
    if (!targets.empty() && targets.back().check->name == "memory")
      set_memory_limits(targets.back().limits[0], settings);
  }
}

void add_sections(const Settings& settings, std::vector<Target>& targets) {
  for (const auto& section : settings.sections) {
    if (is_of_tree(*section.check)) continue;
    const bool is_metric = section.check->name == "metric";
    if (is_metric && section.what.empty())
      throw core::Error{"metric", "a section of the configuration has no name"};
    if (is_metric && section.command.empty()) throw core::Error{"metric " + section.what, "has no command"};
    if (!names_nothing(section)) add(section, targets);
  }
}

void check_order(const Target& target) {
  for (std::size_t at = 0; at < target.limits.size(); ++at) {
    const auto& [warning, critical, alert] = target.limits[at];
    if (!(target.below ? warning < critical : warning > critical)) continue;
    const auto unit = target.check->measures[at].unit;
    throw core::Error{target.check->reading(target, at, 0).series(),
                      "the warning at " + show_limit(warning, unit) + " is beyond the critical limit of " +
                          show_limit(critical, unit)};
  }
}

// By then what was not given has its default.
void unset_what_is_none(Target& target) {
  for (auto& limits : target.limits) {
    for (double* limit : {&limits.warning, &limits.critical, &limits.alert})
      if (*limit == no_limit) *limit = unset;
  }
}

}  // namespace

std::vector<Target> targets_of(const Settings& settings) {
  std::vector<Target> targets;
  add_named("log", settings.logs, settings, targets);
  add_named("database", settings.databases, settings, targets);
  add_named("temp", settings.temps, settings, targets);
  add_named("disk", settings.disks, settings, targets);
  add_named("heartbeat", settings.heartbeats, settings, targets);
  add_named("exit", settings.exits, settings, targets);
  for (const auto& metric : settings.metrics) add(metric_of(metric), targets);
  if (settings.load) add(Target{check_named("load")}, targets);
  if (settings.pressure) add(Target{check_named("pressure")}, targets);
  add_sections(settings, targets);
  add_tree(settings, targets);
  // The tree first, whoever asked for it.
  std::stable_partition(targets.begin(), targets.end(),
                        [](const Target& one) { return is_of_tree(*one.check); });
  for (const auto& name : settings.skip) {
    const Check& skipped = check_named(name);
    std::erase_if(targets, [&](const Target& one) { return one.check == &skipped; });
  }
  for (auto& target : targets) unset_what_is_none(target);
  std::ranges::for_each(targets, check_order);
  return targets;
}

Tree tree_of(const Settings& settings) {
  return {.pid = settings.pid != 0 ? settings.pid : ::getppid(),
          .scope = settings.scope,
          .state = settings.state,
          .budget = static_cast<double>(settings.budget)};
}

Confirmation confirmation_of(const Settings& settings) {
  const std::string_view text = settings.confirm;
  const auto slash = text.find('/');
  const auto needed = number_of(text.substr(0, slash));
  const auto of = slash == std::string_view::npos ? needed : number_of(text.substr(slash + 1));
  constexpr double most = 100;
  if (!needed || !of || !(*needed >= 1 && *needed <= *of && *of <= most) || *needed != std::floor(*needed) ||
      *of != std::floor(*of))
    throw core::Error{"--confirm", "'" + settings.confirm + "' is not N/M, such as 2/3"};
  if (2 * *needed <= *of)
    throw core::Error{"--confirm", "'" + settings.confirm +
                                       "' is no majority: one window would confirm two levels, in turn"};
  if (*of > 1 && settings.history.empty() && !settings.hooks.are_empty())
    throw core::Error{"--confirm", "counts what --history remembers"};
  return {static_cast<std::uint64_t>(*needed), static_cast<std::uint64_t>(*of)};
}

}  // namespace longhaul::healthcheck
