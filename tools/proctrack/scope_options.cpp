#include "scope_options.hpp"

#include "sys/state_folder.hpp"

namespace longhaul::proctrack {

void describe_state(cli::Options& cli, std::string& state) {
  cli.text("--state", state, "DIR", "Where scopes are written down; $XDG_RUNTIME_DIR/longhaul if not given");
}

void describe_scope(cli::Options& cli, ScopeSettings& settings) {
  cli.group("Scope");
  cli.choice("--isolate", settings.isolation,
             {{"auto", sys::Isolation::automatic},
              {"cgroup", sys::Isolation::cgroup},
              {"pidns", sys::Isolation::pid_namespace},
              {"subreaper", sys::Isolation::subreaper}},
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
  if (!settings.name.empty()) sys::check_name("--name", settings.name);
}

}  // namespace longhaul::proctrack
