#include "history_file.hpp"

#include <chrono>

#include "base/clock.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::healthcheck {

std::int64_t now_in_milliseconds() {
  return std::chrono::floor<std::chrono::milliseconds>(core::system_time().time_since_epoch()).count();
}

std::string history_path(const Settings& settings) {
  if (!settings.history.empty() || settings.breaker.empty()) return settings.history;
  const auto folder = sys::state_path(settings.state);
  sys::make_private_folder(folder);
  return folder + "/health.history";
}

void report_problems(const History& history, const std::string& path, cli::Session& session) {
  for (const auto& problem : history.problems()) session.warn(path, problem);
}

}  // namespace longhaul::healthcheck
