// proctrack slot: at most so many of a kind at one time, across all scripts.
#include "base/duration.hpp"
#include "cli/rollout.hpp"
#include "commands.hpp"
#include "front.hpp"
#include "legacy.hpp"
#include "scope_options.hpp"
#include "slot_queue.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct SlotSettings {
  ScopeSettings scope;
  std::string slot;
  std::uint64_t most = 1;
  std::string wait;  // empty: for ever
};

constexpr cli::Example examples[] = {
    {"proctrack slot --name codex --max 5 -- codex exec task.md",
     "five of them at one time; the sixth waits its turn"},
    {"proctrack slot --name db --max 1 --wait 0 -- ./migrate.sh", "now, or status 75 at once"},
};

constexpr cli::ExitStatus exits[] = {
    {"N", "the command's own status"},
    {"75", "no slot was free in time"},
    {"128+N", "the command was ended by signal N"},
    {"124", "the command was timed out"},
    {"125", "the wrapper itself failed, usage errors too"},
    {"126, 127", "the command cannot be executed, was not found"},
};

constexpr cli::About about{
    .name = "slot",
    .summary = "run a command when fewer than so many of its name run",
    .usage = "[OPTIONS] --name NAME -- COMMAND [ARGUMENT...]",
    .examples = examples,
    .role = cli::Role::wrapper,
    .exits = exits,
};

void options(cli::Options& cli, SlotSettings& settings) {
  cli.group("Slot");
  cli.text("--name", settings.slot, "NAME", "Of the slot: all that give the same name share it");
  cli.number("--max", settings.most, "N", "How many may run at one time");
  cli.text("--wait", settings.wait, "TIME",
           "How long to wait for a turn, 0 for not at all; for ever if not given");
  describe_scope(cli, settings.scope);
  describe_timeout(cli, settings.scope);
  cli.command(settings.scope.command, "The command to run");
}

std::optional<std::chrono::nanoseconds> longest_wait(const std::string& given) {
  if (given.empty()) return std::nullopt;
  const auto wait = core::parse_duration(given);
  if (!wait) throw core::Error{"--wait", wait.reason()};
  return *wait;
}

std::string folder_of(const SlotSettings& settings) {
  return sys::state_path(settings.scope.state) + "/slots/" + settings.slot;
}

// Runs whether there is room or not, and counts for those who come.
core::Exit run_beside_slot(const SlotSettings& settings, cli::Session& session) {
  std::optional<core::Fd> ticket;
  std::optional<bool> would_wait;
  try {
    ticket = SlotQueue{folder_of(settings)}.take(settings.most, std::chrono::nanoseconds{0});
    would_wait = !ticket;
  } catch (const core::Error& error) {
    session.warn(error.subject, error.reason);
  }
  return run_beside(settings.scope, would_wait, session);
}

core::Exit run(const SlotSettings& settings, cli::Session& session) {
  const auto rollout = cli::rollout_of(session);
  if (rollout == cli::Rollout::off) execute_only(settings.scope.command);
  sys::check_name("--name", settings.slot);
  if (settings.most == 0) throw core::Error{"--max", "must be 1 at least"};
  const auto wait = longest_wait(settings.wait);
  check_scope(settings.scope);
  if (rollout == cli::Rollout::shadow) return run_beside_slot(settings, session);
  auto ticket = SlotQueue{folder_of(settings)}.take(settings.most, wait);
  if (!ticket)
    throw core::Error{settings.slot, "no slot was free within " + core::format_duration(*wait),
                      core::Exit::temp_failure};
  return run_scope(settings.scope, {.kind = "slot", .slot = settings.slot, .ticket = std::move(*ticket)},
                   session);
}

}  // namespace

cli::Subcommand slot_command() { return cli::subcommand<SlotSettings>(about, options, run); }

}  // namespace longhaul::proctrack
