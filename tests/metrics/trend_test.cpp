#include "metrics/trend.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <random>

#include "metrics/forecast.hpp"

using namespace longhaul::metrics;

namespace {

Trend trend_of(int samples, const std::function<double(double)>& value, double noise = 0) {
  std::mt19937 random{7};
  std::normal_distribution<double> error{0, 1};
  Trend trend;
  for (int at = 0; at < samples; ++at)
    trend.add({static_cast<double>(at), value(at) + noise * error(random)});
  return trend;
}

Verdict verdict_of(int samples, const std::function<double(double)>& value, double noise = 0) {
  return trend_of(samples, value, noise).verdict();
}

double tooth(double at, double period) { return std::fmod(at, period) / period; }

}  // namespace

TEST_CASE("a few samples say nothing") {
  CHECK(verdict_of(7, [](double at) { return at * 100; }).shape == Shape::unknown);
}

TEST_CASE("a leak rises, with noise too, however long it is watched") {
  for (const int samples : {20, 100, 1000, 5000}) {
    const auto trend = trend_of(
        samples, [](double at) { return 1000 + 10 * at; }, 8);
    CHECK(trend.verdict().shape == Shape::rising);
    CHECK(trend.verdict().per_second == doctest::Approx(10).epsilon(0.15));
    const double limit = 1000 + 10.0 * samples * 1.05;
    CHECK(forecast(trend.samples(), limit).seconds == doctest::Approx(samples * 0.05).epsilon(0.5));
  }
}

TEST_CASE("noise alone is steady") {
  const auto verdict = verdict_of(
      200, [](double) { return 1000; }, 50);
  CHECK(verdict.per_second == 0);
}

TEST_CASE("a saw-tooth over a flat floor is not a leak") {
  const auto flat = [](double at) { return 500 + 400 * tooth(at, 20); };
  CHECK(verdict_of(100, flat, 5).shape == Shape::sawtooth);
  for (const int samples : {100, 400, 1000, 5000}) {
    const auto verdict = verdict_of(samples, flat, 5);
    CHECK(verdict.per_second == 0);
    CHECK_FALSE(forecast(trend_of(samples, flat, 5).samples(), 1500).is_expected());
  }
}

TEST_CASE("a saw-tooth over a rising floor is one") {
  const auto verdict = verdict_of(
      200, [](double at) { return 500 + 2 * at + 300 * tooth(at, 20); }, 5);
  CHECK(verdict.shape == Shape::rising);
  CHECK(verdict.per_second == doctest::Approx(2).epsilon(0.2));
}

TEST_CASE("a step is no leak, and what was freed falls") {
  CHECK(verdict_of(
            90, [](double at) { return at < 40 ? 500 : 900; }, 5)
            .shape == Shape::steady);
  CHECK(verdict_of(
            90, [](double at) { return 1000 - 5 * at; }, 5)
            .shape == Shape::falling);
}

TEST_CASE("a slow leak is found under much noise, and a long saw-tooth is none") {
  // 70 kB a second, 1.5 GB in six hours, looked at each second.
  for (const int hours : {2, 4, 6}) {
    const auto leak = verdict_of(
        hours * 3600, [](double at) { return 3e8 + 7e4 * at; }, 5e6);
    CHECK(leak.shape == Shape::rising);
    CHECK(leak.per_second == doctest::Approx(7e4).epsilon(0.1));
    const auto saw = verdict_of(
        hours * 3600, [](double at) { return 3e8 + 4e8 * tooth(at, 1200); }, 5e6);
    CHECK(saw.shape == Shape::sawtooth);
  }
}

TEST_CASE("the samples are bounded, and keep floors and peaks") {
  Trend trend{100};
  for (int at = 0; at < 10'000; ++at)
    trend.add({static_cast<double>(at), at == 3 ? 9000.0 : at == 5 ? -9000.0 : 1.0});
  CHECK(trend.samples().size() <= 100);
  double least = 0;
  double largest = 0;
  for (const auto& sample : trend.samples()) {
    least = std::min(least, sample.value);
    largest = std::max(largest, sample.value);
  }
  CHECK(least == -9000);
  CHECK(largest == 9000);
}
