// The archives of one log: what they are called, which there are, and which have to go.
//
// An archive of LOG is LOG.20261124T052200Z-0001 as long as it is plain, and has the ending of its
// compression behind that once it is compressed. The order of the names is the order in which they were made.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace longhaul::store {

struct Archive {
  std::string path;
  std::string stamp;        // "20261124T052200Z-0001"
  std::string_view ending;  // "", ".gz", ".zst"
  std::uint64_t size = 0;
  core::Time made{};

  bool plain() const { return ending.empty(); }
};

// What is kept; 0 stands for no bound.
struct Retention {
  std::chrono::nanoseconds age{0};
  std::uint64_t count = 0;
  std::uint64_t total_bytes = 0;  // of archives and what is reserved beside them
};

class Archives {
 public:
  explicit Archives(std::string log);

  // What is there, oldest first. Throws Error where the directory cannot be read.
  std::vector<Archive> list() const;
  // Removes what a run that was killed left behind: unfinished files, and plain archives whose compressed
  // ones are whole.
  void heal() const;
  // The name for the next archive: later than every one there, also where the clock was set back.
  std::string next_path(core::Time now);

  // Those of the list that have to go, so that `reserved` bytes more have room: the oldest, as few as
  // possible.
  static std::vector<Archive> surplus(const std::vector<Archive>& oldest_first, const Retention& retention,
                                      std::uint64_t reserved, core::Time now);

 private:
  std::optional<Archive> archive_of(std::string_view name) const;

  std::string log_, directory_, base_;
  std::string last_stamp_;
};

}  // namespace longhaul::store
