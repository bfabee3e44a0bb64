// Numbers for Prometheus: its text format, and OpenMetrics 1.0. All samples of a family stand together.
#pragma once

#include <string>
#include <string_view>

namespace longhaul::metrics {

// NAME="value", escaped. What is no text is told by its bytes: two things must not get the same name.
std::string label(std::string_view name, std::string_view value);

class Exposition {
 public:
  enum class Format { prometheus, openmetrics };

  // The prefix stands before the names of all families.
  Exposition(std::string prefix, Format format) : prefix_{std::move(prefix)}, format_{format} {}

  // A family of gauges. The name ends in the unit, where there is one.
  void begin(std::string_view name, std::string_view help, std::string_view unit = {});
  // Labels as label() makes them, separated by commas; may be empty.
  void sample(const std::string& labels, double value);
  // The whole text; nothing may be added afterwards.
  std::string end();

 private:
  std::string prefix_;
  Format format_;
  std::string name_;
  std::string text_;
};

}  // namespace longhaul::metrics
