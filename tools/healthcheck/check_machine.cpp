// The machine, and how a scope of it ended.
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "check.hpp"
#include "sys/scope_exits.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr double hundred = 100;

std::string read_file(const std::string& path) {
  const auto file = core::open_input(path);
  std::array<char, 512> text;
  return {text.data(), core::read_some(file.get(), text, path)};
}

// The number behind `key` in the line that begins with `line`; throws Error where there is none.
double number_in(const std::string& text, std::string_view line, std::string_view key,
                 const std::string& path) {
  const auto begin = text.find(line);
  const auto at = begin == std::string::npos ? begin : text.find(key, begin);
  double value = 0;
  if (at != std::string::npos) {
    const char* digits = text.data() + at + key.size();
    if (std::from_chars(digits, text.data() + text.size(), value).ec == std::errc{}) return value;
  }
  throw core::Error{path, "is not understood"};
}

}  // namespace

void check_load(const Target& target, const Context&, Readings& readings) {
  const std::string path = "/proc/loadavg";
  const double load = number_in(read_file(path), "", "", path);
  const auto processors = static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  auto reading = target.check->reading(target, 0, load / processors);
  reading.note = show(load, Unit::number) + " on " + show(processors, Unit::number) + " processors";
  readings.push_back(std::move(reading));
}

void check_pressure(const Target& target, const Context&, Readings& readings) {
  struct Source {
    const char* path;
    std::string_view line;
  };
  constexpr std::array<Source, 3> sources{{
      {"/proc/pressure/cpu", "some"},
      {"/proc/pressure/memory", "full"},
      {"/proc/pressure/io", "some"},
  }};
  for (std::size_t at = 0; at < sources.size(); ++at) {
    const std::string path = sources[at].path;
    const double percent = number_in(read_file(path), sources[at].line, "avg60=", path);
    readings.push_back(target.check->reading(target, at, percent / hundred));
  }
}

void check_exit(const Target& target, const Context& context, Readings& readings) {
  enum Ending { well = 0, failed = 1, crashed = 2 };
  const auto last = sys::last_exit(sys::state_path(context.tree.state), target.what);
  if (!last) throw core::Error{target.what, "no scope of this name has ended yet"};
  const bool was_killed = last->ending == "signal" || last->ending == "killed";
  const bool is_well = last->status == 0 || last->ending == "stopped";
  auto reading = target.check->reading(target, 0, was_killed ? crashed : is_well ? well : failed);
  reading.note = last->ending + ", status " + std::to_string(last->status);
  readings.push_back(std::move(reading));
}

}  // namespace longhaul::healthcheck
