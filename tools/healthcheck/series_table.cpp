#include "series_table.hpp"

#include <algorithm>

#include "fields.hpp"

namespace longhaul::healthcheck {

bool SeriesTable::add(double time, std::string_view words) {
  for (std::size_t at = 0; !words.empty(); ++at) {
    const auto end = std::min(words.find(' '), words.size());
    const auto word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (at == places_.size()) places_.emplace_back();
    Place& place = places_[at];
    if ((word.empty() || word != place.word) && !fill(place, word)) return false;
    columns_[place.column].samples.push_back({time, place.value});
  }
  return true;
}

bool SeriesTable::fill(Place& place, std::string_view word) {
  const auto equals = word.find('=');
  const auto value = equals == std::string_view::npos ? std::nullopt : number_of(word.substr(equals + 1));
  if (!value || *value != *value) return false;
  const auto name = word.substr(0, equals);
  if (columns_.empty() || columns_[place.column].name != name) {
    const auto [found, is_new] = by_name_.try_emplace(std::string{name}, columns_.size());
    if (is_new) columns_.push_back({found->first, {}});
    place.column = found->second;
  }
  place.word = word;
  place.value = *value;
  return true;
}

std::span<const metrics::Sample> SeriesTable::series(std::string_view name) const {
  const auto found = by_name_.find(escaped(name));
  if (found == by_name_.end()) return {};
  return columns_[found->second].samples;
}

}  // namespace longhaul::healthcheck
