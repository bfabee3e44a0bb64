#include "chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/duration.hpp"
#include "base/markup.hpp"

namespace longhaul::healthcheck {
namespace {

using core::markup_escaped;

constexpr double width = 400;
constexpr double height = 170;
constexpr double left = 8;
constexpr double right = width - 8;
constexpr double top = 18;
constexpr double bottom = height - 22;

// From times and values to places.
class Frame {
 public:
  explicit Frame(const Finding& finding) {
    const auto& series = finding.series;
    begin_ = series.front().time;
    end_ = series.back().time;
    const auto [least, largest] = std::ranges::minmax(series, {}, &metrics::Sample::value);
    low_ = std::min(0.0, least.value);
    high_ = largest.value;
    for (const double limit : {finding.reading.limits.warning, finding.reading.limits.critical}) {
      if (std::isnan(limit)) continue;
      low_ = std::min(low_, limit);
      high_ = std::max(high_, limit);
    }
    constexpr double room = 1.08;
    high_ = high_ > low_ ? low_ + (high_ - low_) * room : low_ + 1;
    // Room for the line that goes on, a third of the whole at most.
    if (finding.to_critical.is_expected() && finding.to_critical.seconds > 0)
      end_ += std::min(finding.to_critical.seconds, (end_ - begin_) / 2);
    if (end_ <= begin_) end_ = begin_ + 1;
  }
  [[nodiscard]] double x(double time) const {
    return left + (std::clamp(time, begin_, end_) - begin_) / (end_ - begin_) * (right - left);
  }
  [[nodiscard]] double y(double value) const {
    return bottom - (std::clamp(value, low_, high_) - low_) / (high_ - low_) * (bottom - top);
  }
  [[nodiscard]] double end() const { return end_; }

 private:
  double begin_, end_, low_, high_;
};

std::string limit_line(const Finding& finding, const Frame& frame, double limit, std::string_view name) {
  if (std::isnan(limit)) return {};
  const double y = frame.y(limit);
  const bool is_upper = (name == "critical") != finding.reading.below;  // the labels stay off each other
  return fmt::format("<line class=\"{0}\" x1=\"{1}\" y1=\"{2:.1f}\" x2=\"{3}\" y2=\"{2:.1f}\"/>"
                     "<text class=\"label\" x=\"{1}\" y=\"{4:.1f}\">{0} {5}</text>",
                     name, left, y, right, is_upper ? y - 4 : y + 14, markup_escaped(finding.show(limit)));
}

// A break where samples are missing for long, and what the line says of itself to a pointer.
std::string path_of(const Finding& finding, const Frame& frame) {
  std::string path;
  const auto& series = finding.series;
  const double usual = (series.back().time - series.front().time) / static_cast<double>(series.size() - 1);
  constexpr double longest_gap = 5;
  for (std::size_t at = 0; at < series.size(); ++at) {
    const bool begins = at == 0 || series[at].time - series[at - 1].time > longest_gap * usual;
    path += fmt::format("{}{:.1f} {:.1f}", begins ? "M" : "L", frame.x(series[at].time),
                        frame.y(series[at].value));
  }
  return "<path class=\"series\" d=\"" + path + "\"/>";
}

std::string outlook_line(const Finding& finding, const Frame& frame) {
  const auto& last = finding.series.back();
  if (!finding.to_critical.is_expected() || finding.to_critical.seconds <= 0) return {};
  const double crossing = last.time + finding.to_critical.seconds;
  const double shown = std::min(crossing, frame.end());
  const double part = (shown - last.time) / (crossing - last.time);
  const double value = last.value + (finding.reading.limits.critical - last.value) * part;
  return fmt::format("<line class=\"outlook\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                     frame.x(last.time), frame.y(last.value), frame.x(shown), frame.y(value));
}

}  // namespace

std::string chart_of(const Finding& finding) {
  const auto& series = finding.series;
  if (series.size() < 2) return {};
  const Frame frame{finding};
  const auto& last = series.back();
  const auto span = std::chrono::seconds{std::llround(std::max(0.0, last.time - series.front().time))};
  const auto [least, largest] = std::ranges::minmax(series, {}, &metrics::Sample::value);
  const auto name = markup_escaped(finding.reading.series());
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}: {} samples from {} to {}, now {}\">", width,
      height, name, series.size(), markup_escaped(finding.show(least.value)),
      markup_escaped(finding.show(largest.value)), markup_escaped(finding.show(last.value)));
  svg += fmt::format("<line class=\"axis\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>", left, bottom, right,
                     bottom);
  svg += limit_line(finding, frame, finding.reading.limits.warning, "warning");
  svg += limit_line(finding, frame, finding.reading.limits.critical, "critical");
  svg += path_of(finding, frame) + outlook_line(finding, frame);
  svg += fmt::format("<circle class=\"now\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", frame.x(last.time),
                     frame.y(last.value));
  svg += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\">{} ago</text>", left, height - 6,
                     markup_escaped(core::format_duration(span)));
  svg += fmt::format("<text class=\"label end\" x=\"{:.1f}\" y=\"{}\">now {}</text>",
                     std::max(left + 90, frame.x(last.time)), height - 6,
                     markup_escaped(finding.show(last.value)));
  return svg + "</svg>";
}

}  // namespace longhaul::healthcheck
