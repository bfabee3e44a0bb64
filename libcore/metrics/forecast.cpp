#include "metrics/forecast.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "metrics/line_fit.hpp"
#include "metrics/turning_points.hpp"

namespace longhaul::metrics {
namespace {

constexpr std::size_t fewest_samples = 5;
constexpr std::size_t fewest_of_leg = 6;
constexpr std::size_t latest_samples = 10;
constexpr std::size_t most_for_bend = 40;
// Values are parts of the limit here, and the limit is 0.
constexpr double least_swing = 0.03;
constexpr double least_jump = 0.02;
constexpr double swing_of_range = 0.3;
constexpr double far_distance = 0.09;
// What is seen is prolonged by so much of its rise and its time; what has risen for long and clearly, by all.
constexpr double part_of_rise = 0.3;
constexpr double part_of_time = 0.25;
constexpr double long_time = 60;   // samples
constexpr double clear_rise = 10;  // times the noise
// Of a clear rise the next ones are told however large its steps are beside the limit.
constexpr double few_samples = 3;
// Earlier peaks are left behind by so much of a usual swing, or of their spread.
constexpr double beyond_swing = 0.15;
constexpr double beyond_spread = 0.5;

struct Found {
  double samples = Forecast::never;
  Cause cause = Cause::steady;
  double slope = 0;
};

double spread_of(std::vector<double> values) {
  const double middle = median(values);
  for (auto& value : values) value = std::abs(value - middle);
  return deviations * median(std::move(values));
}

// Of each sample, what a line through its neighbours does not tell.
double noise_of(std::span<const Sample> samples) {
  std::vector<double> bends;
  for (std::size_t at = 2; at < samples.size(); ++at)
    bends.push_back(std::abs(samples[at].value - 2 * samples[at - 1].value + samples[at - 2].value));
  constexpr double least = 1e-6;
  return std::max(least, deviations * median(std::move(bends)) / std::sqrt(6.0));
}

// A rise from one floor, without its jumps.
struct Leg {
  std::vector<Sample> drift;  // ends at the present value
  std::size_t jumps_up = 0;
  std::size_t jumps_down = 0;
  double jumped = 0;  // up, in all
  double first = 0;   // its value before the jumps were taken out

  [[nodiscard]] double length() const { return drift.back().time - drift.front().time; }
};

// A change that stands alone: a steep rise has others beside it.
bool is_jump(std::span<const Sample> samples, std::size_t at, double noise) {
  constexpr double beyond_noise = 6;
  constexpr double beyond_neighbours = 3;
  const auto change = [&](std::size_t index) {
    const bool is_there = index > 0 && index < samples.size();
    return is_there ? std::abs(samples[index].value - samples[index - 1].value) : 0;
  };
  const double beside = std::max(change(at - 1), change(at + 1));
  return change(at) > std::max({beyond_noise * noise, beyond_neighbours * beside, least_jump});
}

Leg leg_of(std::span<const Sample> samples, double noise) {
  Leg leg;
  leg.first = samples.front().value;
  double level = 0;
  for (std::size_t at = 0; at < samples.size(); ++at) {
    if (at != 0 && is_jump(samples, at, noise)) {
      const double change = samples[at].value - samples[at - 1].value;
      level += change;
      ++(change > 0 ? leg.jumps_up : leg.jumps_down);
      leg.jumped += std::max(change, 0.0);
    }
    leg.drift.push_back({samples[at].time, samples[at].value - level});
  }
  for (auto& sample : leg.drift) sample.value += level;
  return leg;
}

double squares_about(std::span<const Sample> samples, const std::function<double(double)>& value) {
  double squares = 0;
  for (const auto& sample : samples) squares += std::pow(sample.value - value(sample.time), 2);
  return squares;
}

double mean_of(std::span<const Sample> samples) {
  double sum = 0;
  for (const auto& sample : samples) sum += sample.value;
  return sum / static_cast<double>(samples.size());
}

// Two levels tell it better than a line does.
bool is_step(std::span<const Sample> samples, const Line& line) {
  constexpr double better = 0.7;
  const double end = samples.back().time;
  const double of_line =
      squares_about(samples, [&](double time) { return line.at_end + line.slope * (time - end); });
  for (std::size_t at = 2; at + 2 <= samples.size(); ++at) {
    const double before = mean_of(samples.first(at));
    const double after = mean_of(samples.subspan(at));
    const double of_step = squares_about(samples.first(at), [&](double) { return before; }) +
                           squares_about(samples.subspan(at), [&](double) { return after; });
    if (of_step < better * of_line) return true;
  }
  return false;
}

// Where the rise comes to its end by its own bend: a parabola through both halves. Nothing where it does not.
std::optional<double> top_of(std::span<const Sample> drift, double noise) {
  if (drift.size() < latest_samples) return std::nullopt;
  const auto samples = drift.last(std::min(drift.size(), most_for_bend));
  const auto before = samples.first(samples.size() / 2);
  const auto after = samples.subspan(samples.size() / 2);
  const Line first = fit_line(before, noise);
  const Line last = fit_line(after, noise);
  const double apart =
      (after.front().time + after.back().time - before.front().time - before.back().time) / 2;
  if (apart <= 0) return std::nullopt;
  const double bend = (last.slope - first.slope) / apart;
  if (bend >= -std::hypot(first.error, last.error) / apart) return std::nullopt;
  const double slope_now = last.slope + bend * apart / 2;
  return slope_now <= 0 ? last.at_end : last.at_end + slope_now * slope_now / (2 * -bend);
}

Found go_on(const Leg& leg, double noise) {
  constexpr double sure = 3;
  constexpr double differ = 2;
  const std::span<const Sample> drift{leg.drift};
  const auto latest = drift.last(std::min(drift.size(), latest_samples));
  const Line whole = fit_line(drift, noise);
  const Line late = fit_line(latest, noise);
  const bool by_latest = drift.size() <= latest_samples ||
                         std::abs(late.slope - whole.slope) > differ * std::hypot(late.error, whole.error);
  const Line& line = by_latest ? late : whole;
  const double time = by_latest ? latest.back().time - latest.front().time : leg.length();
  if (line.slope <= sure * line.error || line.slope * time <= sure * noise)
    return {.cause = leg.jumps_up > 0 ? Cause::step : Cause::steady};
  if (by_latest && is_step(latest, late)) return {.cause = Cause::step, .slope = line.slope};
  if (const auto top = top_of(drift, noise); top && *top < 0)
    return {.cause = Cause::slowing, .slope = line.slope};

  // The first one to pass the limit is one that the noise lifts.
  const double now = by_latest ? late.at_end : std::max(whole.at_end, (whole.at_end + late.at_end) / 2);
  const double distance = -now - noise;
  if (distance <= 0) return {1, Cause::rising, line.slope};
  const double samples = std::max(1.0, distance / line.slope);
  const double rise = now - leg.first;
  const bool is_clear = !by_latest && line.slope * leg.length() > clear_rise * line.noise;
  const bool is_long = is_clear && leg.length() >= long_time;
  const bool is_next = is_clear && samples <= few_samples && distance <= part_of_rise * rise;
  const bool is_near =
      distance <= std::min(far_distance, part_of_rise * rise) && samples <= part_of_time * leg.length();
  const bool is_told = is_near || is_next || (is_long && samples <= leg.length() && distance <= rise);
  if (!is_told) return {.cause = Cause::too_far, .slope = line.slope};
  return {samples, Cause::rising, line.slope};
}

Found in_steps(const Leg& leg, double value, double noise) {
  constexpr std::size_t fewest = 3;
  if (leg.jumps_up < fewest || leg.jumps_down != 0) return {};
  const auto jumps = static_cast<double>(leg.jumps_up);
  const double distance = std::max(0.0, -value - noise);
  const double needed = std::ceil(distance / (leg.jumped / jumps));
  if (needed > jumps / 2 || distance >= part_of_rise * leg.jumped) return {};
  return {std::max(1.0, needed * leg.length() / jumps), Cause::steps, leg.jumped / leg.length()};
}

Found rise_of(std::span<const Sample> samples, double noise) {
  if (samples.size() < fewest_of_leg) return {};
  const Leg leg = leg_of(samples, noise);
  const Found found = go_on(leg, noise);
  const Found by_steps = in_steps(leg, samples.back().value, noise);
  return by_steps.samples < found.samples ? by_steps : found;
}

std::vector<double> values_of(std::span<const Sample> samples) {
  std::vector<double> values;
  for (const auto& sample : samples) values.push_back(sample.value);
  return values;
}

// Peaks and floors both rise: one of the next peaks passes the limit.
Found by_swings(const TurningPoints& turns, double height, double noise, double now) {
  constexpr std::size_t of_late = 12;
  if (turns.peaks.size() < 3 || turns.floors.size() < 2) return {};
  const auto peaks = std::span{turns.peaks}.last(std::min(of_late, turns.peaks.size()));
  const auto floors = std::span{turns.floors}.last(std::min(of_late, turns.floors.size()));
  const Line upper = fit_line(peaks, noise / 2);
  const Line lower = fit_line(floors, noise / 2);
  const double length = peaks.back().time - peaks.front().time;
  const double period = length / static_cast<double>(peaks.size() - 1);
  const bool floors_rise = lower.slope > 0 && (floors.size() == 2 || lower.slope > lower.error);
  if (period <= 0 || !floors_rise || upper.slope <= 2 * upper.error || upper.slope * length <= height / 4)
    return {};
  const double slope = std::min(upper.slope, 2 * lower.slope);
  if (-upper.at_end >= 2 * part_of_rise * slope * length) return {.cause = Cause::too_far, .slope = slope};
  double next = peaks.back().time + period;
  while (next < now) next += period / 2;
  const double distance = -(upper.at_end + slope * (next - peaks.back().time)) - upper.noise;
  const double periods = distance <= 0 ? 0 : std::ceil(distance / slope / period);
  return {std::max(1.0, next - now + periods * period), Cause::floor_rising, slope};
}

Found by_peaks(std::span<const Sample> samples, const TurningPoints& turns, double least, double noise) {
  const auto peaks = values_of(turns.peaks);
  const double height = median(peaks) - (turns.floors.empty() ? least : median(values_of(turns.floors)));
  const double highest = std::ranges::max(peaks);
  const Found swings = by_swings(turns, height, noise, samples.back().time);
  const double recent = median(values_of(samples.last(3)));
  const double beyond = std::max({2 * noise, beyond_swing * height, beyond_spread * spread_of(peaks)});
  if (turns.falls || recent <= highest + beyond) {
    if (swings.samples < Forecast::never || swings.slope > 0) return swings;
    return {.cause = turns.falls ? Cause::falling : Cause::below_peaks};
  }
  Found leg = rise_of(samples.subspan(turns.leg_begin), noise);
  if (swings.samples <= leg.samples && swings.samples < Forecast::never) return swings;
  if (leg.samples < Forecast::never) leg.cause = Cause::past_peaks;
  return leg;
}

double interval_of(std::span<const Sample> samples) {
  std::vector<double> intervals;
  for (std::size_t at = 1; at < samples.size(); ++at) {
    if (samples[at].time > samples[at - 1].time) intervals.push_back(samples[at].time - samples[at - 1].time);
  }
  const double interval = median(std::move(intervals));
  return interval > 0 ? interval : 1;
}

// Times by the usual interval, values by the limit, which is at 0 then.
std::vector<Sample> normalised(std::span<const Sample> samples, double limit, double scale, double interval) {
  std::vector<Sample> plain;
  double time = 0;
  for (std::size_t at = 0; at < samples.size(); ++at) {
    const double passed = at == 0 ? 0 : samples[at].time - samples[at - 1].time;
    if (at != 0) time += passed > 0 ? passed / interval : 1;
    plain.push_back({time, (samples[at].value - limit) / scale});
  }
  return plain;
}

constexpr std::array<std::pair<Cause, std::string_view>, 12> names{{
    {Cause::passed, "passed"},
    {Cause::too_few, "tooFewSamples"},
    {Cause::steady, "steady"},
    {Cause::falling, "falling"},
    {Cause::step, "step"},
    {Cause::slowing, "slowing"},
    {Cause::below_peaks, "belowEarlierPeaks"},
    {Cause::too_far, "tooFarToTell"},
    {Cause::rising, "rising"},
    {Cause::steps, "steps"},
    {Cause::past_peaks, "pastEarlierPeaks"},
    {Cause::floor_rising, "floorRising"},
}};

}  // namespace

std::string_view name_of(Cause cause) {
  return std::ranges::find(names, cause, [](const auto& one) { return one.first; })->second;
}

Forecast forecast(std::span<const Sample> all, double limit) {
  const auto samples = all.last(std::min(all.size(), most_samples_of_forecast));
  Forecast result{.looked_at = samples.size()};
  if (!samples.empty() && samples.back().value >= limit) {
    result.samples = result.seconds = 0;
    result.cause = Cause::passed;
    return result;
  }
  if (samples.size() < fewest_samples) return result;
  const auto [least, largest] = std::ranges::minmax(samples, {}, &Sample::value);
  const double range = largest.value - least.value;
  if (range == 0) {
    result.cause = Cause::steady;
    return result;
  }
  const double scale = limit != 0 ? std::abs(limit) : std::max(range, 1e-300);
  const double interval = interval_of(samples);
  const auto plain = normalised(samples, limit, scale, interval);

  const double noise = noise_of(plain);
  constexpr double beyond_noise = 5;
  const double swing = std::max({swing_of_range * range / scale, beyond_noise * noise, least_swing});
  const auto turns = turning_points(plain, swing, swing);
  const Found found = turns.peaks.empty() ? rise_of(plain, noise)
                                          : by_peaks(plain, turns, (least.value - limit) / scale, noise);
  result.samples = found.samples;
  result.seconds = found.samples * interval;
  result.cause = found.cause;
  result.per_second = found.slope * scale / interval;
  result.resets = turns.peaks.size();
  if (!turns.peaks.empty())
    result.peak = std::ranges::max(turns.peaks, {}, &Sample::value).value * scale + limit;
  return result;
}

Forecast linear_forecast(std::span<const Sample> all, double limit) {
  const auto samples = all.last(std::min(all.size(), latest_samples));
  Forecast result{.looked_at = samples.size()};
  if (!samples.empty() && samples.back().value >= limit) {
    result.samples = result.seconds = 0;
    result.cause = Cause::passed;
    return result;
  }
  if (samples.size() < 2) return result;
  const auto count = static_cast<double>(samples.size());
  const double middle = (count - 1) / 2;
  double mean = 0;
  for (const auto& sample : samples) mean += sample.value / count;
  double products = 0;
  double squares = 0;
  for (std::size_t at = 0; at < samples.size(); ++at) {
    const double from_middle = static_cast<double>(at) - middle;
    products += from_middle * (samples[at].value - mean);
    squares += from_middle * from_middle;
  }
  const double slope = products / squares;
  result.cause = slope > 0 ? Cause::rising : Cause::steady;
  if (slope <= 0) return result;
  const double interval = interval_of(samples);
  result.samples = std::max(0.0, (limit - mean) / slope - middle);
  result.seconds = result.samples * interval;
  result.per_second = slope / interval;
  return result;
}

std::string explain(const Forecast& forecast, const std::function<std::string(double)>& show, Limit limit) {
  struct Words {
    std::string rise, rises, rising, falls, peak, below, above, floor;
  };
  const bool is_most = limit == Limit::most;
  const Words words =
      is_most ? Words{"rise", "rises", "rising", "falls", "peak", "below", "above", "floor and peaks"}
              : Words{"fall", "falls", "falling", "rises", "low", "above", "below", "peaks and lows"};
  const auto count = [](std::size_t number, std::string_view what) {
    return std::to_string(number) + ' ' + std::string{what} + (number == 1 ? "" : "s");
  };
  const std::string seen = ", seen over " + count(forecast.looked_at, "sample");
  constexpr double minute = 60;
  const std::string growth = " by " + show(forecast.per_second * minute) + " a minute";
  const std::string peak = words.peak + "s of " + show(is_most ? forecast.peak : -forecast.peak);
  const std::string resets = count(forecast.resets, "reset") + " seen, ";
  switch (forecast.cause) {
    case Cause::passed: return "the limit is passed";
    case Cause::too_few: return "too few samples: " + std::to_string(forecast.looked_at);
    case Cause::steady: return "nothing " + words.rises + " beyond the noise" + seen;
    case Cause::falling: return resets + "it " + words.falls + " from its " + peak;
    case Cause::step: return "a step, and no growth since" + seen;
    case Cause::slowing:
      return "the " + words.rise + " slows down and ends " + words.below + " the limit" + seen;
    case Cause::below_peaks: return resets + "it is " + words.below + " its earlier " + peak;
    case Cause::too_far:
      return "it " + words.rises + growth + ", not for long enough to tell so far ahead" + seen;
    case Cause::rising: return words.rising + growth + seen;
    case Cause::steps: return words.rising + " in steps" + growth + seen;
    case Cause::past_peaks:
      return resets + words.above + " its earlier " + peak + " and " + words.rising + growth;
    case Cause::floor_rising: return resets + words.floor + ' ' + words.rising + growth;
  }
  return {};
}

}  // namespace longhaul::metrics
