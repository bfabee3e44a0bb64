// What would have been made of the input, written nowhere and counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "lines.hpp"
#include "pipeline.hpp"
#include "settings.hpp"
#include "statistics.hpp"

namespace longhaul::logrotd {

class Shadow {
 public:
  // Of a log that can be rotated or not, and that is empty: what the file has is what was appended until now.
  // Throws core::Error for a pattern that is none.
  Shadow(const Settings& settings, Statistics& statistics, bool can_rotate);
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;
  ~Shadow() = default;

  void take(std::string_view bytes);
  // The input has ended. One JSON object: the statistics, and how far it is to the next rotation.
  std::string finish();

 private:
  void append(std::string_view entries);
  void append_bytes(std::string_view bytes);
  void rotate_by_time();
  void rotate();

  const Settings& settings_;
  Statistics& statistics_;
  std::uint64_t bound_;
  std::uint64_t size_ = 0;  // since the last rotation
  bool begins_entry_ = true;
  core::Time next_rotation_;
  Pipeline pipeline_;
  Lines lines_;
};

}  // namespace longhaul::logrotd
