#include "cli/rollout.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <utility>

#include "base/ascii.hpp"
#include "base/fd.hpp"
#include "base/hash.hpp"
#include "base/hexadecimal.hpp"

namespace longhaul::cli {
namespace {

constexpr off_t largest_log = 8 * 1024 * 1024;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

// Percentages are told apart down to a hundredth.
constexpr std::uint64_t parts_of_all = 10'000;

std::optional<double> percentage(std::string_view value) {
  if (!value.ends_with('%')) return {};
  double percent = 0;
  const char* end = value.data() + value.size() - 1;
  const auto read = std::from_chars(value.data(), end, percent, std::chars_format::fixed);
  if (read.ec != std::errc{} || read.ptr != end || !(percent >= 0 && percent <= 100)) return {};
  return percent;
}

std::string boot_id() {
  std::array<char, 36> text{};
  const core::Fd file{::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)};
  const auto bytes = file ? ::read(file.get(), text.data(), text.size()) : 0;
  return {text.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0};
}

void make_parents(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    ::mkdir(path.substr(0, slash).c_str(), 0700);
}

core::Fd open_log(const std::string& path) {
  return core::Fd{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600)};
}

// Several tools may find the log full at once. The lock and the look at the name make sure that only one
// moves it, and that none moves the new one.
core::Fd with_room(core::Fd log, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  if (::fstat(log.get(), &opened) != 0 || opened.st_size < largest_log) return log;
  if (::flock(log.get(), LOCK_EX | LOCK_NB) != 0) return log;
  const bool same = ::stat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino;
  if (same) (void)std::rename(path.c_str(), (path + ".1").c_str());
  return open_log(path);
}

void append_line(const std::string& path, const std::string& line) {
  auto log = open_log(path);
  if (!log) {
    make_parents(path);
    log = open_log(path);
  }
  if (log) log = with_room(std::move(log), path);
  // One write, without waiting: a pipe that nobody reads must not hold the tool up.
  if (log && ::write(log.get(), line.data(), line.size()) < 0) return;
}

}  // namespace

std::string shadow_log() {
  if (const auto named = variable("LONGHAUL_SHADOW_LOG"); !named.empty()) return std::string{named};
  constexpr std::string_view file = "/longhaul/shadow.jsonl";
  if (const auto state = variable("XDG_STATE_HOME"); state.starts_with('/'))
    return std::string{state}.append(file);
  if (const auto home = variable("HOME"); !home.empty())
    return std::string{home} + "/.local/state" + std::string{file};
  return {};
}

std::string session_id() {
  if (const auto named = variable("LONGHAUL_SESSION"); !named.empty()) return std::string{named};
  std::array<char, HOST_NAME_MAX + 1> host{};
  (void)::gethostname(host.data(), host.size() - 1);
  return boot_id() + ' ' + host.data() + ' ' + std::to_string(::getsid(0));
}

std::optional<Rollout> rollout_from(std::string_view value, std::string_view session_id) {
  constexpr std::pair<std::string_view, Rollout> words[] = {
      {"off", Rollout::off},   {"0", Rollout::off},   {"no", Rollout::off},
      {"false", Rollout::off}, {"on", Rollout::on},   {"1", Rollout::on},
      {"yes", Rollout::on},    {"true", Rollout::on}, {"shadow", Rollout::shadow},
  };
  const auto same = [](char a, char b) { return core::lower(a) == core::lower(b); };
  for (const auto& [word, rollout] : words) {
    if (std::ranges::equal(value, word, same)) return rollout;
  }
  const auto percent = percentage(value);
  if (!percent) return {};
  const auto place = static_cast<double>(core::mix(core::hash(session_id)) % parts_of_all);
  return place < *percent / 100 * static_cast<double>(parts_of_all) ? Rollout::on : Rollout::off;
}

Rollout rollout_of(Session& session, std::string_view older) {
  std::string name = "LONGHAUL_";
  for (const char c : session.tool()) name += c == '-' ? '_' : core::upper(c);
  auto value = variable(name.c_str());
  if (value.empty()) value = variable((name = "LONGHAUL").c_str());
  if (value.empty() && !older.empty())
    return variable(std::string{older}.c_str()) == "0" ? Rollout::off : Rollout::on;
  if (value.empty()) return Rollout::on;
  const auto rollout = rollout_from(value, value.ends_with('%') ? session_id() : std::string{});
  if (!rollout)
    session.warn(name, "'" + std::string{value} + "' is not off, shadow, on or a percentage; taken as on");
  return rollout.value_or(Rollout::on);
}

void record_shadow(const Session& session, std::string_view json_object) noexcept {
  try {
    const auto path = shadow_log();
    if (path.empty()) return;
    std::string line = "{\"tool\":\"";
    line.append(session.tool())
        .append("\",\"time\":")
        .append(std::to_string(std::time(nullptr)))
        .append(",\"session\":\"")
        .append(core::hexadecimal(core::mix(core::hash(session_id()))))
        .append("\",\"shadow\":");
    // In JSON a line break can only stand between two tokens.
    for (const char c : json_object) line += c == '\n' ? ' ' : c;
    append_line(path, line + "}\n");
  } catch (const std::exception&) {  // silent by contract
    return;
  }
}

}  // namespace longhaul::cli
