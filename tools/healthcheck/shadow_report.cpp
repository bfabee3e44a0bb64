#include "shadow_report.hpp"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/number_text.hpp"
#include "base/size.hpp"
#include "cli/rollout.hpp"
#include "shadow_totals.hpp"
#include "store/json_writer.hpp"

namespace longhaul::healthcheck {
namespace {

// Longer than any record: the largest is that of a look at many things.
constexpr std::size_t longest_line = 256 * std::size_t{1024};

// False where there is no such file.
bool read(const std::string& path, ShadowTotals& totals) {
  std::ifstream file{path};
  if (!file) return false;
  std::vector<char> line(longest_line);
  while (file.getline(line.data(), static_cast<std::streamsize>(line.size())) || file.gcount() > 0) {
    if (file.fail()) {
      totals.leave_out();
      file.clear();
      file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    } else {
      totals.add(line.data());
    }
  }
  if (file.bad()) throw core::Error{path, core::reason_of(errno)};
  return true;
}

// Each with what was moved aside from it.
void read_all(const std::vector<std::string>& named, ShadowTotals& totals) {
  const auto& paths = named.empty() ? std::vector{cli::shadow_log()} : named;
  for (const auto& path : paths) {
    const bool was_moved = read(path + ".1", totals);
    if (read(path, totals) || (named.empty() && was_moved)) continue;
    throw core::Error{path, named.empty() ? "nothing is recorded: LONGHAUL=shadow makes the tools do so"
                                          : core::reason_of(errno)};
  }
}

std::string time_text(std::int64_t seconds) {
  return core::iso_time(core::Time{std::chrono::seconds{seconds}});
}

// By how much the second figure is less than the first, where both are bytes: in and out.
double saved_percent(const ShadowTool& tool) {
  const auto& figures = tool.figures;
  if (figures[0].quantity != Quantity::bytes || figures[1].quantity != Quantity::bytes) return 0;
  return figures[0].value > 0 ? 100 * (1 - figures[1].value / figures[0].value) : 0;
}

std::string value_text(const ShadowFigure& figure) {
  const auto whole = static_cast<std::uint64_t>(figure.value);
  return figure.quantity == Quantity::bytes ? core::format_size(whole) : std::to_string(whole);
}

// Their names have room for so many only: there may be more.
bool is_bounded(std::size_t names) { return names >= ShadowTotals::most_names; }

std::string count_of_sessions(const ShadowTotals& totals) {
  const auto text = core::counted(totals.sessions(), "session", "sessions");
  return is_bounded(totals.sessions()) ? "at least " + text : text;
}

std::string as_text(const ShadowTotals& totals) {
  std::string text = core::counted(totals.runs(), "run", "runs") + " in the shadow, in " +
                     count_of_sessions(totals) + ", from " + time_text(totals.from()) + " to " +
                     time_text(totals.until()) + '\n';
  for (const auto& tool : totals.tools()) {
    text.append(tool.tool).append(": ").append(core::counted(tool.runs, "run", "runs"));
    if (const double saved = saved_percent(tool); saved > 0)
      text += ", " + core::number_text(std::round(saved * 10) / 10) + "% less would have been written";
    text += '\n';
    for (const auto& figure : tool.figures)
      if (figure.value > 0)
        text.append("  ").append(figure.what).append(": ").append(value_text(figure)).append("\n");
  }
  if (totals.left_out() != 0)
    text += core::counted(totals.left_out(), "line is", "lines are") + " no record, and left out\n";
  return text;
}

std::string as_json(const ShadowTotals& totals) {
  store::JsonWriter json;
  json.begin_object().member("runs", totals.runs()).member("sessions", std::uint64_t{totals.sessions()});
  json.member("sessionsAtLeast", is_bounded(totals.sessions()));
  json.member("from", std::string_view{time_text(totals.from())});
  json.member("until", std::string_view{time_text(totals.until())});
  json.member("leftOut", totals.left_out()).key("tools").begin_array();
  for (const auto& tool : totals.tools()) {
    json.begin_object().member("tool", tool.tool).member("runs", tool.runs);
    json.member("sessions", std::uint64_t{tool.sessions.size()});
    json.member("sessionsAtLeast", is_bounded(tool.sessions.size()));
    for (const auto& figure : tool.figures) json.member(figure.key, static_cast<std::uint64_t>(figure.value));
    if (const double saved = saved_percent(tool); saved > 0) json.key("savedPercent").tenths(saved);
    json.end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

}  // namespace

core::Exit shadow_report(const Settings& settings, cli::Session& session) {
  if (settings.format != Format::text && settings.format != Format::json)
    throw core::Error{"--shadow-report", "is text or json"};
  if (!settings.output.empty())
    throw core::Error{"--output", "does not go with --shadow-report: it is printed"};
  ShadowTotals totals;
  read_all(settings.words, totals);
  if (totals.runs() == 0) throw core::Error{"--shadow-report", "there is no record in what was read"};
  session.print(settings.format == Format::json ? as_json(totals) : as_text(totals));
  return core::Exit::ok;
}

}  // namespace longhaul::healthcheck
