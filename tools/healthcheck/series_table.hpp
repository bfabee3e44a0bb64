// The values of many samples, by the names of their series.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/sample.hpp"

namespace longhaul::healthcheck {

class SeriesTable {
 public:
  // Takes the words "NAME=VALUE" of a sample, the names escaped; the text must stay where it is. False where
  // one of them is none; those before it may have been taken.
  bool add(double time, std::string_view words);
  // Oldest first; the name is a plain one. Valid until the next add().
  [[nodiscard]] std::span<const metrics::Sample> series(std::string_view name) const;

 private:
  // What stood at each place of the last line: most lines name the same series as the one before, and many
  // values are the same.
  struct Place {
    std::string_view word;
    std::size_t column = 0;
    double value = 0;
  };
  bool fill(Place& place, std::string_view word);

  struct Column {
    std::string name;  // escaped
    std::vector<metrics::Sample> samples;
  };
  std::vector<Column> columns_;
  std::unordered_map<std::string, std::size_t> by_name_;  // escaped
  std::vector<Place> places_;
};

}  // namespace longhaul::healthcheck
