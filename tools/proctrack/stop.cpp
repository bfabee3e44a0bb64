// proctrack stop: ends scopes by their names.
#include <poll.h>

#include <csignal>

#include "base/duration.hpp"
#include "base/moment.hpp"
#include "census.hpp"
#include "cli/rollout.hpp"
#include "commands.hpp"
#include "scope_options.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/process_table.hpp"
#include "sys/scope_registry.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct StopSettings {
  std::string state;
  bool kill = false;
  std::chrono::nanoseconds wait = std::chrono::seconds{30};
  std::vector<std::string> names;
};

constexpr cli::Example examples[] = {
    {"proctrack stop autopilot",
     "as if the signal TERM had been sent to it; returns when nothing of it is left"},
    {"proctrack stop --kill 4711", "a scope by the number of its process, without a grace period"},
};

constexpr cli::ExitStatus exits[] = {
    {"0", "all of them are gone"},
    {"1", "there is no such scope, or one was still there when the time was over"},
    {"2", "usage or I/O trouble"},
};

constexpr cli::About about{
    .name = "stop",
    .summary = "end scopes, and wait until they are gone",
    .usage = "[OPTIONS] NAME...",
    .examples = examples,
    .exits = exits,
};

void options(cli::Options& cli, StopSettings& settings) {
  cli.group("Stopping");
  cli.flag("--kill", settings.kill, "Without a grace period");
  cli.duration("--wait", settings.wait, "How long to wait for the end, 0 for not at all");
  describe_state(cli, settings.state);
  cli.files("NAME", settings.names, "Scopes, by name, by id, or by the number of the process");
}

std::vector<sys::ProcessId> keepers_of(const sys::ScopeRecord& record) {
  std::vector<sys::ProcessId> keepers{record.front};
  if (const auto guardian = guardian_of(record)) keepers.push_back(*guardian);
  return keepers;
}

// Waits until both keepers are gone.
bool wait_for_end(const std::vector<sys::ProcessId>& keepers, std::chrono::nanoseconds wait) {
  const auto until = core::after(core::now(), wait);
  for (const auto& keeper : keepers) {
    const core::Fd process = sys::open_process(keeper.pid);
    if (!process || !sys::ProcessTable{}.is_running(keeper)) continue;
    pollfd ended{process.get(), POLLIN, 0};
    if (::poll(&ended, 1, core::poll_time(core::now(), until)) != 1) return false;
  }
  return true;
}

// KILL to one keeper lets the other end all; TERM to either begins the usual end, once it is not stopped.
void send(const std::vector<sys::ProcessId>& keepers, bool kill) {
  for (const auto& keeper : keepers) {
    if (!sys::send_signal(keeper, kill ? SIGKILL : SIGTERM)) continue;
    // To all of them, whether they are stopped or only about to be.
    for (const auto& one : keepers) (void)sys::send_signal(one, SIGCONT);
    return;
  }
}

core::Exit run(const StopSettings& settings, cli::Session& session) {
  if (settings.names.empty()) throw core::Error{"NAME", "is missing"};
  if (cli::rollout_of(session) != cli::Rollout::on) return core::Exit::ok;
  sys::require_proc();
  const sys::ScopeRegistry registry{sys::state_path(settings.state)};
  core::Exit exit = core::Exit::ok;
  for (const auto& name : settings.names) {
    const auto record = registry.find(name);
    const auto keepers = record ? keepers_of(*record) : std::vector<sys::ProcessId>{};
    send(keepers, settings.kill);
    if (!record) {
      session.complain(name, "there is no such scope");
    } else if (settings.wait.count() == 0 ||
               (wait_for_end(keepers, settings.wait) && !registry.is_alive(record->id))) {
      continue;
    } else {
      session.complain(name, "is still there after " + core::format_duration(settings.wait));
    }
    exit = core::Exit::finding;
  }
  return exit;
}

}  // namespace

cli::Subcommand stop_command() { return cli::subcommand<StopSettings>(about, options, run); }

}  // namespace longhaul::proctrack
