// What a run found: every output is made from this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history.hpp"
#include "level.hpp"
#include "measure.hpp"
#include "metrics/forecast.hpp"
#include "metrics/sample.hpp"

namespace longhaul::healthcheck {

struct Finding {
  Reading reading;
  Level level = Level::ok;
  bool is_foreseen = false;  // a warning, because the critical limit is to be passed
  metrics::Forecast to_warning;
  metrics::Forecast to_critical;
  std::vector<metrics::Sample> series;  // this one last; kept where a chart is wanted

  // "60MB (warning 50MB, critical 100MB): 1 file": the value, its limits and what is worth a word.
  [[nodiscard]] std::string text() const;
  // "warning 50MB, critical 100MB", "below: warning 3"; empty where there are none.
  [[nodiscard]] std::string limits() const;
  // When it will pass its critical limit, or the warning; empty where it will not.
  [[nodiscard]] std::string outlook() const;
  // Why the forecast alarms, or does not; empty where there is no limit.
  [[nodiscard]] std::string explanation() const;
  [[nodiscard]] std::string show(double value) const {
    return healthcheck::show(value, reading.measure->unit);
  }
};

struct Step {
  Remedy remedy = Remedy::none;
  std::string because;  // the worst series that asks for it
  std::string command;  // that does it; empty where there is none
};

// What to do, by what was found.
struct Advice {
  std::vector<Step> steps;  // one for each remedy, the gravest first
  int throttle = 0;         // 0 to 3
  std::uint64_t agents = 0;
  std::uint64_t delay = 0;  // seconds
  std::string worst;        // the series whose level is worst; empty where all is ok

  // The gravest; one of no remedy, because of the worst series, where none is known.
  [[nodiscard]] Step first() const { return steps.empty() ? Step{Remedy::none, worst, {}} : steps.front(); }
};

struct Report {
  std::int64_t time = 0;  // milliseconds since 1970
  Level level = Level::ok;
  std::vector<Finding> findings;
  Advice advice;
  std::vector<SavedAlert> alerts;
  std::vector<Breaker> breakers;
  std::vector<SavedTurn> turns;      // of the breakers
  std::optional<SavedAlert> change;  // that is to be told
  std::string breaker;               // the one that this run records to; empty for none
};

// How many of a level.
std::size_t count_of(const Report& report, Level level);
// "1 critical, 2 warning of 9"
std::string summary_of(const Report& report);

}  // namespace longhaul::healthcheck
