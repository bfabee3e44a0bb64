// proctrack run: a command in a scope.
#include "cli/rollout.hpp"
#include "commands.hpp"
#include "front.hpp"
#include "legacy.hpp"
#include "scope_options.hpp"

namespace longhaul::proctrack {
namespace {

constexpr cli::Example examples[] = {
    {"proctrack run -- ./nightly.sh", "whatever it leaves behind ends with it, its temporary files too"},
    {"proctrack run --timeout 10m --max-procs 20 --on-limit deny -- npm test",
     "ten minutes and twenty processes at most"},
    {"proctrack run --name autopilot --report runs.jsonl -- node autopilot.js",
     "has a name for 'proctrack stop', and an account of what it cost"},
};

constexpr cli::About about{
    .name = "run",
    .summary = "run a command, and end all that descends from it when it ends",
    .usage = "[OPTIONS] -- COMMAND [ARGUMENT...]",
    .examples = examples,
    .role = cli::Role::wrapper,
};

void options(cli::Options& cli, ScopeSettings& settings) {
  cli.group("Scope");
  cli.text("--name", settings.name, "NAME",
           "Of the scope, for list and stop; no other may have it meanwhile");
  describe_scope(cli, settings);
  describe_timeout(cli, settings);
  cli.command(settings.command, "The command to run");
}

core::Exit run(const ScopeSettings& settings, cli::Session& session) {
  const auto rollout = cli::rollout_of(session);
  if (rollout == cli::Rollout::off) execute_only(settings.command);
  check_scope(settings);
  if (rollout == cli::Rollout::shadow) return run_beside(settings, {}, session);
  return run_scope(settings, {.kind = "run"}, session);
}

}  // namespace

cli::Subcommand run_command() { return cli::subcommand<ScopeSettings>(about, options, run); }

}  // namespace longhaul::proctrack
