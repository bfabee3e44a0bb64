#include "legacy.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "base/moment.hpp"
#include "cli/rollout.hpp"
#include "guardian.hpp"
#include "store/json_writer.hpp"
#include "sys/execute.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/signals.hpp"
#include "sys/spawn.hpp"

namespace longhaul::proctrack {

namespace {

// How many processes there are at most, looked at ten times a second until the child has ended.
std::size_t watch_until_end(pid_t child) {
  constexpr int between_looks = 100;  // milliseconds
  const core::Fd ended = sys::open_process(child);
  pollfd waiting{ended.get(), POLLIN, 0};
  std::size_t most = 0;
  do most = std::max(most, own_descendants()().size());
  while (ended && ::poll(&waiting, 1, between_looks) != 1);
  return most;
}

}  // namespace

void execute_only(const std::vector<std::string>& command) { sys::execute(command); }

core::Exit run_beside(const ScopeSettings& settings, std::optional<bool> would_wait, cli::Session& session) {
  const auto begun = core::now();
  (void)std::signal(SIGCHLD, SIG_DFL);
  (void)::prctl(PR_SET_CHILD_SUBREAPER, 1);  // to see what is left; it is left all the same
  const auto before = own_descendants()();
  int status = 0;
  std::size_t most = 0;
  {
    sys::SignalForwarding forwarding;
    const pid_t child = sys::spawn({.command = settings.command, .signal_mask = &forwarding.mask_at_start()});
    forwarding.follow(child);
    if (settings.max_processes != 0) most = watch_until_end(child);
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    forwarding.stop();
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  std::uint64_t left = 0;
  for (const auto& one : own_descendants()()) {
    const auto same = [&](const auto& other) { return other.id == one.id; };
    if (!one.has_ended() && std::ranges::none_of(before, same)) ++left;
  }
  store::JsonWriter json;
  json.begin_object().member("command", std::string_view{settings.command.front()});
  json.member("leftoversEnded", left);
  if (settings.timeout.count() != 0) json.member("wouldTimeOut", core::now() - begun > settings.timeout);
  if (settings.max_processes != 0)
    json.member("wouldPassLimit", most > settings.max_processes + before.size());
  if (would_wait) json.member("wouldWait", *would_wait);
  cli::record_shadow(session, json.end_object().text());
  if (WIFSIGNALED(status)) return core::ended_by(WTERMSIG(status));
  return static_cast<core::Exit>(WEXITSTATUS(status));
}

}  // namespace longhaul::proctrack
