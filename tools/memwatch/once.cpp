#include "once.hpp"

#include <poll.h>

#include <algorithm>
#include <vector>

#include "base/size.hpp"
#include "cli/rollout.hpp"
#include "level.hpp"
#include "meter.hpp"
#include "store/json_writer.hpp"
#include "target.hpp"

namespace longhaul::memwatch {
namespace {

// Between two looks, to see who grows.
constexpr std::chrono::milliseconds to_grow{250};

struct Grower {
  const sys::TreeMember* member;
  double per_second;
};

std::vector<Grower> top_of(const sys::MemoryTree& tree, std::uint64_t count) {
  std::vector<Grower> top;
  for (const auto& member : tree.members()) {
    const auto grown = static_cast<double>(member.memory.own()) - static_cast<double>(member.before.own());
    top.push_back({&member, grown / std::chrono::duration<double>{to_grow}.count()});
  }
  // The largest, and those that grow fastest.
  const auto by_size = [](const Grower& one) { return one.member->proportional(); };
  std::ranges::sort(top, std::ranges::greater{}, by_size);
  if (top.size() > count) {
    const auto rest = top.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(rest, std::min(top.end(), rest + static_cast<std::ptrdiff_t>(count)), top.end(),
                      [](const Grower& a, const Grower& b) { return a.per_second > b.per_second; });
    std::size_t growers = 0;
    while (growers < count && count + growers < top.size() && top[count + growers].per_second > 0) ++growers;
    top.resize(count + growers);
  }
  return top;
}

std::string json_of(Level level, const Reading& reading, const Thresholds& thresholds, Metric metric,
                    const std::vector<Grower>& top) {
  store::JsonWriter json;
  json.begin_object().member("state", name_of(level)).member("bytes", reading.used);
  json.member("budget", thresholds.budget).member("percent", thresholds.percent(reading.used));
  json.member("processes", reading.processes).member("metric", name_of(metric));
  json.member("errorBytes", reading.error);
  if (metric == Metric::resident) json.member("countsSharedPagesTwice", true);
  if (!top.empty()) {
    json.key("top").begin_array();
    for (const auto& [member, growth] : top) {
      json.begin_object().member("pid", static_cast<std::uint64_t>(member->id.pid));
      json.member("command", std::string_view{sys::ProcessTable{}.command_line(member->id.pid)});
      json.member("bytes", member->proportional()).key("bytesPerSecond").tenths(growth).end_object();
    }
    json.end_array();
  }
  return json.end_object().text() + '\n';
}

// A command line may hold anything, and a terminal does what it says.
std::string printable(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
  return text;
}

std::string text_of(Level level, const Reading& reading, const Thresholds& thresholds, Metric metric,
                    const std::vector<Grower>& top) {
  std::string text{name_of(level)};
  text += ": " + core::format_size(reading.used) + " of " + core::format_size(thresholds.budget) + " (" +
          std::to_string(thresholds.percent(reading.used)) + "%), " + std::to_string(reading.processes) +
          (reading.processes == 1 ? " process, " : " processes, ") + std::string{name_of(metric)};
  if (metric == Metric::resident) text += " (shared pages counted in each process)";
  if (reading.error != 0) text += ", at most " + core::format_size(reading.error) + " too much";
  text += '\n';
  for (const auto& [member, growth] : top) {
    text += "  " + std::to_string(member->id.pid) + ' ' + core::format_size(member->proportional());
    if (growth > 0) text += " +" + core::format_size(static_cast<std::uint64_t>(growth)) + "/s";
    text += ' ' + printable(sys::ProcessTable{}.command_line(member->id.pid)) + '\n';
  }
  return text;
}

}  // namespace

core::Exit look_once(const Settings& settings, cli::Session& session, bool shadow) {
  const auto thresholds = Thresholds::of(settings.budget, settings.warning, settings.critical);
  sys::MemoryTree tree;
  const Target target = find_target(settings, tree);
  Meter meter{tree, settings.metric, target.group, thresholds};
  Reading reading = meter.measure();
  std::vector<Grower> top;
  if (settings.top != 0) {
    (void)::poll(nullptr, 0, static_cast<int>(to_grow.count()));
    reading = meter.read(core::now());
    top = top_of(tree, settings.top);
  }
  const Level level = thresholds.level_of(reading.used);
  if (shadow) {
    auto line = json_of(level, reading, thresholds, meter.metric(), top);
    line.pop_back();
    cli::record_shadow(session, line);
    return core::Exit::ok;
  }
  session.print(
      (settings.format == Output::json ? json_of : text_of)(level, reading, thresholds, meter.metric(), top));
  return exit_of(level);
}

}  // namespace longhaul::memwatch
