#include "signal_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <utility>

namespace longhaul::memwatch {

std::optional<int> signal_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, int>, 10> signals{{
      {"HUP", SIGHUP},
      {"INT", SIGINT},
      {"QUIT", SIGQUIT},
      {"USR1", SIGUSR1},
      {"USR2", SIGUSR2},
      {"ALRM", SIGALRM},
      {"TERM", SIGTERM},
      {"CONT", SIGCONT},
      {"WINCH", SIGWINCH},
      {"URG", SIGURG},
  }};
  if (name.starts_with("SIG")) name.remove_prefix(3);
  const auto found = std::ranges::find(signals, name, [](const auto& one) { return one.first; });
  if (found != signals.end()) return found->second;
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
  const auto known = std::ranges::find(signals, number, [](const auto& one) { return one.second; });
  const bool is_real_time = number >= SIGRTMIN && number <= SIGRTMAX;
  return known != signals.end() || is_real_time ? std::optional{number} : std::nullopt;
}

}  // namespace longhaul::memwatch
