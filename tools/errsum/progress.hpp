// One line on a terminal while input comes slowly: how much was read, and what was found so far.
#pragma once

#include "base/moment.hpp"
#include "diag/analyser.hpp"

namespace longhaul::errsum {

class Progress {
 public:
  // Shows nothing where standard error is no terminal, or it is not wanted. The analyser outlives this
  // object.
  Progress(const diag::Analyser& analyser, bool is_wanted);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // Takes the line away.
  ~Progress() { clear(); }

  [[nodiscard]] bool is_shown() const { return is_shown_; }
  // After each piece of the input.
  void update();
  // So that something else can be printed.
  void clear();

 private:
  const diag::Analyser& analyser_;
  bool is_shown_;
  bool stands_ = false;
  core::Moment next_;
};

}  // namespace longhaul::errsum
