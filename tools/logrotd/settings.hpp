// What logrotd is told.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "store/archiver.hpp"
#include "store/compressor.hpp"

namespace longhaul::logrotd {

enum class Sync { none, flush, rotate };
enum class OnFull { block, drop };
enum class OnceMethod { copy, rename };

struct Settings {
  std::uint64_t max_size = 10'000'000;
  std::chrono::nanoseconds rotate_every{0};
  store::Compression compression = store::Compression::gzip;
  int compress_level = 6;
  std::chrono::nanoseconds retain{0};
  std::uint64_t keep = 0;
  std::uint64_t max_total = 0;
  bool manifest = false;

  std::string level;
  std::uint64_t max_value = 500;
  std::chrono::nanoseconds dedupe{0};
  bool redact = false;
  std::vector<std::string> redact_patterns;
  std::uint64_t ring = 0;
  bool raw = false;

  std::chrono::nanoseconds flush_every{0};
  Sync sync = Sync::none;
  OnFull on_full = OnFull::block;

  bool tee = false;
  bool stats = false;
  bool once = false;
  OnceMethod method = OnceMethod::copy;
  std::vector<std::string> files;

  // The log's own bound, such that archives and a file in the making have room beside it.
  std::uint64_t log_bound() const {
    return max_total == 0 ? max_size : std::min(max_size, std::max<std::uint64_t>(max_total / 4, 1));
  }
  Rules rules() const { return {level_named(level), max_value, dedupe, ring, redact, redact_patterns}; }
  store::Archiver::Policy archiver_policy() const {
    return {compression, compress_level,       {retain, keep, max_total},
            log_bound(), sync == Sync::rotate, manifest};
  }
};

}  // namespace longhaul::logrotd
