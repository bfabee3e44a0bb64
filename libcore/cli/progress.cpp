#include "cli/progress.hpp"

#include <unistd.h>

#include <string>

#include "base/duration.hpp"
#include "base/fd.hpp"

namespace longhaul::cli {
namespace {

constexpr std::chrono::milliseconds between{100};
constexpr std::string_view erase_line = "\r\x1b[K";

void say(std::string_view text) { (void)core::try_write_all(STDERR_FILENO, text); }

}  // namespace

Progress::Progress(Session& session, bool wanted)
    : session_{session}, shown_{wanted && ::isatty(STDERR_FILENO) == 1} {}

void Progress::reached(std::uint64_t done) {
  const auto now = Steady::now();
  if (!shown_ || now - last_ < between) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - begun_).count();
  const double rate = static_cast<double>(done) / seconds;
  std::string line{erase_line};
  line.append(session_.tool()).append(": ").append(std::to_string(done));
  if (total_ != 0) line.append(" of ").append(std::to_string(total_));
  line.append(", ").append(std::to_string(static_cast<std::uint64_t>(rate))).append("/s");
  if (total_ > done && rate > 0) {
    const std::chrono::seconds left{static_cast<std::int64_t>(static_cast<double>(total_ - done) / rate)};
    line.append(", ").append(core::format_duration(left)).append(" left");
  }
  say(line);
  on_line_ = true;
}

void Progress::clear() {
  if (on_line_) say(erase_line);
  on_line_ = false;
}

}  // namespace longhaul::cli
