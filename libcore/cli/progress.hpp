#pragma once

#include <chrono>
#include <cstdint>

#include "cli/session.hpp"

namespace longhaul::cli {

// One line on a terminal that says how far the work has come, at which rate, and how long it will take;
// nothing where standard error is no terminal, or `wanted` is false.
class Progress {
 public:
  Progress(Session& session, bool wanted);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  void expect(std::uint64_t total) { total_ = total; }
  // Shown ten times a second at most.
  void reached(std::uint64_t done);
  void clear();

 private:
  using Steady = std::chrono::steady_clock;

  Session& session_;
  bool shown_;
  bool on_line_ = false;
  std::uint64_t total_ = 0;
  Steady::time_point begun_ = Steady::now(), last_{};
};

}  // namespace longhaul::cli
