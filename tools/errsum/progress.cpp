#include "progress.hpp"

#include <unistd.h>

#include <string>

#include "base/fd.hpp"

namespace longhaul::errsum {
namespace {

// Nothing flickers where all is over at once.
constexpr std::chrono::milliseconds until_first{500};
constexpr std::chrono::milliseconds between{100};
constexpr std::string_view erase_line = "\r\033[K";

}  // namespace

Progress::Progress(const diag::Analyser& analyser, bool is_wanted)
    : analyser_{analyser}, is_shown_{is_wanted && ::isatty(STDERR_FILENO) == 1}, next_{core::after(
                                                                                     core::now(),
                                                                                     until_first)} {}

void Progress::update() {
  if (!is_shown_) return;
  const auto now = core::now();
  if (now < next_) return;
  next_ = core::after(now, between);
  const auto so_far = analyser_.so_far();
  const std::string line = std::string{erase_line} + std::to_string(so_far.lines) + " lines, " +
                           std::to_string(so_far.findings) + " found so far";
  stands_ = core::try_write_all(STDERR_FILENO, line) == 0;
}

void Progress::clear() {
  if (stands_) (void)core::try_write_all(STDERR_FILENO, erase_line);
  stands_ = false;
}

}  // namespace longhaul::errsum
