#include "statistics.hpp"

namespace longhaul::logrotd {

std::string Statistics::json() const {
  store::JsonWriter json;
  json.begin_object();
  write_to(json);
  return json.end_object().text();
}

void Statistics::write_to(store::JsonWriter& json) const {
  const double part = bytes_in == 0 ? 0.0 : static_cast<double>(bytes_out) / static_cast<double>(bytes_in);
  json.member("entriesIn", entries_in)
      .member("entriesOut", entries_out)
      .member("bytesIn", bytes_in)
      .member("bytesOut", bytes_out)
      .member("truncated", shortened)
      .member("deduplicated", deduplicated)
      .member("filtered", filtered)
      .member("redacted", redacted)
      .member("rotated", rotated)
      .member("dropped", dropped);
  json.key("reductionPercent").tenths(bytes_in == 0 ? 0.0 : 100.0 * (1.0 - part));
}

}  // namespace longhaul::logrotd
