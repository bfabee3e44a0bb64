// proctrack run: a command in a scope.
#include "cli/rollout.hpp"
#include "commands.hpp"
#include "front.hpp"
#include "legacy.hpp"

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
  check_scope(settings);
  switch (cli::rollout_of(session)) {
    case cli::Rollout::off: execute_only(settings.command);
    case cli::Rollout::shadow: return run_beside(settings.command, session);
    case cli::Rollout::on: break;
  }
  return run_scope(settings, {.kind = "run"}, session);
}

}  // namespace

cli::Subcommand run_command() { return cli::subcommand<ScopeSettings>(about, options, run); }

void describe_state(cli::Options& cli, std::string& state) {
  cli.text("--state", state, "DIR", "Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given");
}

void describe_scope(cli::Options& cli, ScopeSettings& settings) {
  cli.group("Scope");
  cli.choice("--isolate", settings.isolation,
             {{"auto", Isolation::automatic},
              {"cgroup", Isolation::cgroup},
              {"pidns", Isolation::pid_namespace},
              {"subreaper", Isolation::subreaper}},
             "What keeps the processes together; auto is cgroup where one can be made, else subreaper");
  describe_state(cli, settings.state);
  cli.list("--cleanup", settings.cleanup, "PATH", "Remove this file or folder too when the scope ends");
  cli.text("--report", settings.report, "FILE", "Add a line of JSON to this file when the scope ends");
  cli.group("Limits");
  cli.duration("--kill-after", settings.kill_after, "How long processes that are asked to end have for it");
  cli.number("--max-procs", settings.max_processes, "N", "Most processes at one time; 0 for no limit");
  cli.choice("--on-limit", settings.on_limit,
             {{"warn", OnLimit::warn}, {"deny", OnLimit::deny}, {"kill", OnLimit::kill}},
             "What --max-procs does: say so, refuse forks, end the scope");
  cli.number("--nice", settings.nice, "N", "Add this to the command's niceness");
}

void describe_timeout(cli::Options& cli, ScopeSettings& settings) {
  cli.duration("-t,--timeout", settings.timeout, "End it after so long, with status 124; 0 for never");
}

void check_scope(const ScopeSettings& settings) {
  if (!settings.name.empty()) check_name("--name", settings.name);
}

}  // namespace longhaul::proctrack
