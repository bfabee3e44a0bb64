// One page that needs nothing else: no network, no script, no fonts.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"
#include "base/markup.hpp"
#include "chart.hpp"
#include "render.hpp"

namespace longhaul::healthcheck {
namespace {

using core::markup_escaped;

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--page:#f9f9f7;--card:#fcfcfb;--ink:#0b0b0b;--muted:#52514e;--line:#e1e0d9;
--series:#2a78d6;--ok:#087f08;--warning:#985a00;--critical:#d03b3b;--unknown:#6b5fc7}
@media(prefers-color-scheme:dark){:root{--page:#0d0d0d;--card:#1a1a19;--ink:#fff;--muted:#c3c2b7;--line:#2c2c2a;
--series:#3987e5;--ok:#2fbf4a;--warning:#fab219;--critical:#f0605f;--unknown:#9085e9}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1rem;background:var(--page);color:var(--ink);
font:1rem/1.45 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}h3{font-size:1rem;margin:0;overflow-wrap:anywhere}
p{margin:.3rem 0}.muted{color:var(--muted);font-size:.9rem}
.badge{display:inline-block;padding:.05rem .5rem;border:1.5px solid currentColor;border-radius:1rem;font-size:.85rem;
font-weight:600;white-space:nowrap}
.ok{color:var(--ok)}.warning{color:var(--warning)}.critical{color:var(--critical)}.unknown{color:var(--unknown)}
.cards{display:grid;gap:.8rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
.card,.advice{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem;min-width:0}
.head{display:flex;justify-content:space-between;gap:.6rem;align-items:start}
.value{font-size:1.4rem;font-weight:600}
code{font:.9rem/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
svg{width:100%;height:auto;display:block;margin-top:.4rem}
svg .axis{stroke:var(--line)}svg .series{fill:none;stroke:var(--series);stroke-width:2;stroke-linejoin:round}
svg .now{fill:var(--series)}svg .outlook{stroke:var(--series);stroke-width:2;stroke-dasharray:2 5}
svg line.warning,svg line.critical{stroke:currentColor;stroke-width:1.5;stroke-dasharray:7 4}
svg .label{fill:var(--muted);font-size:13px;paint-order:stroke;stroke:var(--card);stroke-width:3px}svg .end{text-anchor:end}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}th{overflow-wrap:normal}table+h3{margin-top:1rem}time{white-space:nowrap}ol{margin:.3rem 0;padding-left:1.2rem}
@media(max-width:30rem){.badge{padding:.05rem .3rem;font-size:.75rem}td,th{padding-right:.3rem;font-size:.85rem}time{white-space:normal}}
)";

std::string badge(Level level) {
  return fmt::format("<span class=\"badge {}\">{}</span>", name_of(level), sign_of(level));
}

std::string time_of(std::int64_t milliseconds) {
  auto text = core::iso_time(core::Time{std::chrono::milliseconds{milliseconds}});
  constexpr std::size_t up_to_seconds = 19;
  text.resize(std::min(text.size(), up_to_seconds));
  std::ranges::replace(text, 'T', ' ');
  return "<time>" + text + " UTC</time>";
}

std::string card_of(const Finding& finding) {
  const auto& reading = finding.reading;
  std::string card = fmt::format("<article class=\"card\"><div class=\"head\"><h3>{}</h3>{}</div>",
                                 markup_escaped(reading.series()), badge(finding.level));
  card += fmt::format("<p class=\"muted\">{}</p>", markup_escaped(reading.measure->what));
  if (!reading.reason.empty()) return card + "<p>" + markup_escaped(reading.reason) + "</p></article>";
  card += fmt::format("<p class=\"value\">{}</p>", markup_escaped(finding.show(reading.value)));
  if (const auto limits = finding.limits(); !limits.empty())
    card += "<p class=\"muted\">" + markup_escaped(limits) + "</p>";
  if (!reading.note.empty()) card += "<p>" + markup_escaped(reading.note) + "</p>";
  if (const auto outlook = finding.outlook(); !outlook.empty())
    card += "<p><strong>" + markup_escaped(outlook) + "</strong></p>";
  if (const auto why = finding.explanation(); !why.empty())
    card += "<p class=\"muted\">Trend: " + markup_escaped(why) + "</p>";
  return card + chart_of(finding) + "</article>";
}

// Where no check knows of a remedy, what is not well has to be looked at.
std::string to_look_at(const Report& report) {
  std::string text;
  for (const auto& finding : report.findings) {
    if (finding.level == report.level && finding.level != Level::ok)
      text += (text.empty() ? "" : ", ") + markup_escaped(finding.reading.series());
  }
  return text.empty() ? "<p>Nothing.</p>" : "<p>Look at " + text + ".</p>";
}

std::string advice_of(const Report& report) {
  const auto& advice = report.advice;
  std::string text = "<section class=\"advice\"><h2 style=\"margin-top:0\">What to do</h2>";
  if (advice.steps.empty()) {
    text += to_look_at(report);
  } else {
    text += "<ol>";
    for (const auto& step : advice.steps) {
      text += fmt::format("<li><strong>{}</strong> because of {}", name_of(step.remedy),
                          markup_escaped(step.because));
      if (!step.command.empty()) text += "<br><code>" + markup_escaped(step.command) + "</code>";
      text += "</li>";
    }
    text += "</ol>";
  }
  return text +
         fmt::format(
             "<p class=\"muted\">Throttle {} of 3: at most {} agents, {} s between starts.</p></section>",
             advice.throttle, advice.agents, advice.delay);
}

constexpr std::size_t most_rows = 20;

std::string breakers_of(const Report& report) {
  if (report.breakers.empty()) return {};
  std::string text =
      "<h2>Circuit breakers</h2><table><tr><th>Name</th><th>State</th><th>Since</th><th>Failures in a "
      "row</th></tr>";
  for (const auto& one : report.breakers) {
    const bool is_closed = one.state == BreakerState::closed;
    text += fmt::format("<tr><td>{}</td><td><span class=\"{}\">{}{}</span></td><td>{}</td><td>{}</td></tr>",
                        markup_escaped(one.name), is_closed ? "ok" : "warning", name_of(one.state),
                        one.escalated ? ", escalated" : "", one.since == 0 ? "" : time_of(one.since),
                        one.failures);
  }
  text += "</table>";
  if (report.turns.empty()) return text;
  text += "<h3>What they did</h3><table><tr><th>Time</th><th>Name</th><th>Became</th></tr>";
  const auto rows = std::min(report.turns.size(), most_rows);
  for (auto turn = report.turns.rbegin(); turn != report.turns.rbegin() + static_cast<std::ptrdiff_t>(rows);
       ++turn)
    text += fmt::format("<tr><td>{}</td><td>{}</td><td><span class=\"{}\">{}</span></td></tr>",
                        time_of(turn->time), markup_escaped(turn->breaker),
                        turn->to == BreakerState::closed ? "ok" : "warning", name_of(turn->to));
  return text + "</table>";
}

std::string alerts_of(const Report& report) {
  std::string text = "<h2>Alerts</h2>";
  if (report.alerts.empty()) return text + "<p class=\"muted\">None so far.</p>";
  text += "<table><tr><th>Time</th><th>From</th><th>To</th></tr>";
  const auto rows = std::min(report.alerts.size(), most_rows);
  for (auto alert = report.alerts.rbegin();
       alert != report.alerts.rbegin() + static_cast<std::ptrdiff_t>(rows); ++alert)
    text += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", time_of(alert->time),
                        badge(alert->from), badge(alert->to));
  return text + "</table>";
}

}  // namespace

std::string as_html(const Report& report) {
  std::string page = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{} - healthcheck</title>"
      "<link rel=\"icon\" href=\"data:,\"><style>{}</style></head><body><main>",
      sign_of(report.level), style);
  page += fmt::format("<h1>Health {}</h1><p class=\"muted\">{}, at {}</p>", badge(report.level),
                      markup_escaped(summary_of(report)), time_of(report.time));
  page += advice_of(report) + "<h2>Checks</h2><div class=\"cards\">";
  // What is worst comes first.
  for (const auto level : {Level::critical, Level::warning, Level::unknown, Level::ok}) {
    for (const auto& finding : report.findings) {
      if (finding.level == level) page += card_of(finding);
    }
  }
  page += "</div>" + breakers_of(report) + alerts_of(report);
  return page + "</main></body></html>\n";
}

}  // namespace longhaul::healthcheck
