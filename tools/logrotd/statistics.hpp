// What one run did, for --stats and the shadow record.
#pragma once

#include <cstdint>
#include <string>

#include "store/json_writer.hpp"

namespace longhaul::logrotd {

struct Statistics {
  std::uint64_t entries_in = 0, entries_out = 0, bytes_in = 0, bytes_out = 0;
  std::uint64_t shortened = 0, deduplicated = 0, filtered = 0, redacted = 0;
  std::uint64_t rotated = 0, dropped = 0;

  // One JSON object, without a line end.
  std::string json() const;
  // The members of that object.
  void write_to(store::JsonWriter& json) const;
};

}  // namespace longhaul::logrotd
