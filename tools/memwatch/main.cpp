// memwatch: a memory budget for a process tree that holds before the kernel has to.
#include <csignal>

#include "admit.hpp"
#include "cli/rollout.hpp"
#include "cli/tool.hpp"
#include "once.hpp"
#include "plot.hpp"
#include "settings.hpp"
#include "signal_name.hpp"
#include "sys/execute.hpp"
#include "watch.hpp"

namespace longhaul::memwatch {
namespace {

constexpr cli::Example examples[] = {
    {"memwatch --budget 1.5GB --action term --log memory.jsonl -- node autopilot.js",
     "warns at 70 percent, ends the largest process at 90, keeps a record"},
    {"memwatch --once --pid 4711 --budget 1.5GB || echo \"status $?\"",
     "one look: 0 ok, 1 warning, 2 critical"},
    {"memwatch --admit 400MB --wait 2m -- codex exec task.md", "starts where there is room for it"},
};

constexpr cli::ExitStatus exits[] = {
    {"N", "the command's own status; 128+N where signal N ended it"},
    {"75", "--admit: it did not fit in time"},
    {"125", "with a command: the wrapper itself failed, usage errors too"},
    {"126, 127", "the command cannot be executed, was not found"},
    {"0", "without one: all processes have ended"},
    {"1", "and they were over the budget"},
    {"2", "usage or I/O trouble"},
    {"0 to 3", "--once: ok, warning, critical, unknown"},
};

constexpr cli::About about{
    .name = "memwatch",
    .summary = "keep a process tree within a memory budget",
    .usage = "[OPTIONS] [-- COMMAND [ARGUMENT...]]",
    .examples = examples,
    .exits = exits,
};

void describe_watch(cli::Options& cli, Settings& settings) {
  cli.group("Budget");
  cli.size("-b,--budget", settings.budget, "What all processes together may use");
  cli.fraction("-w,--warning", settings.warning, "The part of the budget from which it is a warning");
  cli.fraction("-c,--critical", settings.critical, "The part of the budget from which it is critical");
  cli.choice("--metric", settings.metric,
             {{"auto", Metric::automatic},
              {"private", Metric::own},
              {"pss", Metric::proportional},
              {"rss", Metric::resident},
              {"swap", Metric::swap},
              {"cgroup", Metric::cgroup}},
             "What is counted; auto is cgroup with --cgroup, else private");
  cli.duration("-i,--interval", settings.interval, "Longest time between two looks, where there is room");
  cli.group("Whom, where no command is given");
  cli.number("-p,--pid", settings.pid, "PID", "This process and what descends from it");
  cli.text("--scope", settings.scope, "NAME", "A scope of proctrack's");
  cli.text("--cgroup", settings.cgroup, "DIR", "A control group with a memory controller, by its folder");
}

void describe_actions(cli::Options& cli, Settings& settings) {
  cli.group("Actions");
  cli.text("--on-warning", settings.on_warning, "COMMAND", "Run this by sh when it becomes a warning");
  cli.text("--on-critical", settings.on_critical, "COMMAND", "Run this by sh when it becomes critical");
  cli.duration("--hook-timeout", settings.hook_timeout, "How long such a command may run");
  cli.text("--signal-warning", settings.signal_warning, "SIGNAL",
           "Send this to the first process when it becomes a warning, or critical");
  cli.choice(
      "--action", settings.action,
      {{"none", Action::none}, {"pause", Action::pause}, {"term", Action::term}, {"kill", Action::kill}},
      "What is done while it is critical, to one process after another");
  cli.choice("--victim", settings.victim,
             {{"largest", VictimOrder::largest}, {"youngest", VictimOrder::youngest}},
             "Which process is taken first");
  cli.list("--protect", settings.protect, "REGEX", "Never one whose command line holds a match");
  cli.duration("--kill-after", settings.kill_after, "How long one that is asked to end has for it");
  cli.flag("--hard", settings.hard, "Let the kernel hold the budget too, by a control group's limit");
  cli.flag("--node", settings.node, "Tell node how large its heap may be, by NODE_OPTIONS");
  cli.number("--node-processes", settings.node_processes, "N", "How many node processes share the budget");
}

void options(cli::Options& cli, Settings& settings) {
  describe_watch(cli, settings);
  describe_actions(cli, settings);
  cli.group("Telling");
  cli.text("--state-file", settings.state_file, "FILE",
           "Always holds ok, warning or critical, and the numbers");
  cli.text("--log", settings.log, "FILE",
           "Add the record to this file; standard output where no command has it");
  cli.number("--top", settings.top, "N", "Name the N largest processes, and with --once the fastest growing");
  cli.choice("-f,--format", settings.format, {{"text", Output::text}, {"json", Output::json}},
             "Output format of --once");
  cli.group("Other uses");
  cli.flag("--once", settings.once, "Look once; the exit status is the answer");
  cli.role_of_last(cli::Role::gate);
  cli.size("--admit", settings.admit,
           "Become the command where so much more fits the budget, or the machine");
  cli.duration("--wait", settings.wait, "How long to wait until it fits");
  cli.text("--state", settings.state, "DIR",
           "Where scopes and reservations are written down; as proctrack's");
  cli.text("--plot", settings.plot, "FILE", "Draw a record, and exit");
  cli.command_if_given(settings.command, "The command to run and watch");
}

void check_target(const Settings& settings) {
  const int targets =
      (settings.pid != 0 ? 1 : 0) + (settings.scope.empty() ? 0 : 1) + (settings.cgroup.empty() ? 0 : 1);
  const bool has_command = !settings.command.empty();
  if (targets > 1) throw core::Error{"--pid, --scope, --cgroup", "only one of them at a time"};
  if (settings.pid < 0) throw core::Error{"--pid", "must be more than 0"};
  if (settings.admit != 0) {
    if (settings.once) throw core::Error{"--admit", "does not go with --once"};
    if (settings.budget != 0 && settings.admit > settings.budget)
      throw core::Error{"--admit", "is more than --budget: it never fits"};
    if (!has_command) throw core::Error{"--admit", "needs a command after --"};
    if (targets == 1 && settings.budget == 0)
      throw core::Error{"--budget", "is needed with a process to watch"};
    if (targets == 0 && settings.budget != 0)
      throw core::Error{"--budget",
                        "is that of --pid, --scope or --cgroup, and none is given; the machine has its own"};
    return;
  }
  if (settings.once && has_command) throw core::Error{"--once", "takes no command"};
  if (targets == 1 && has_command)
    throw core::Error{settings.command.front(), "a command and a process to watch"};
  if (targets == 0 && !has_command)
    throw core::Error{"", "needs a command after --, or one of --pid, --scope and --cgroup"};
  if (settings.budget == 0) throw core::Error{"--budget", "is needed, and more than 0"};
}

void check(const Settings& settings) {
  check_target(settings);
  if (settings.warning > settings.critical) throw core::Error{"--warning", "is above --critical"};
  if (settings.metric == Metric::cgroup && settings.cgroup.empty())
    throw core::Error{"--metric", "cgroup needs --cgroup"};
  if (settings.interval < std::chrono::milliseconds{1})
    throw core::Error{"--interval", "must be 1ms at least"};
  if (settings.hook_timeout.count() == 0) throw core::Error{"--hook-timeout", "must be more than 0"};
  if (settings.node_processes == 0) throw core::Error{"--node-processes", "must be 1 at least"};
  if (settings.node && settings.command.empty()) throw core::Error{"--node", "needs a command after --"};
  if (!settings.signal_warning.empty() && !signal_of(settings.signal_warning))
    throw core::Error{"--signal-warning",
                      "'" + settings.signal_warning + "' is no signal that a program can make use of"};
  if (!settings.signal_warning.empty() && !settings.cgroup.empty())
    throw core::Error{"--signal-warning", "a control group has no first process"};
}

core::Exit run(const Settings& settings, cli::Session& session) {
  const bool has_command = !settings.command.empty();
  if (!settings.plot.empty()) {
    if (has_command || settings.once)
      throw core::Error{"--plot", "only draws: it takes no command and goes with no other use"};
    return plot(settings, session);
  }
  const auto rollout = cli::rollout_of(session);
  if (rollout == cli::Rollout::off && has_command) sys::execute(settings.command);
  check(settings);
  if (rollout == cli::Rollout::off) return core::Exit::ok;
  const bool in_shadow = rollout == cli::Rollout::shadow;
  if (settings.admit != 0) return in_shadow ? admit_anyway(settings, session) : admit(settings, session);
  try {
    return settings.once ? look_once(settings, session, in_shadow) : watch(settings, session, in_shadow);
  } catch (const core::Error& error) {
    if (!in_shadow || has_command) throw;
    session.warn(error.subject, error.reason);  // what is not there to be looked at is nobody's trouble
    return core::Exit::ok;
  }
}

}  // namespace
}  // namespace longhaul::memwatch

int main(int argc, char** argv) {
  using namespace longhaul;
  return cli::run_tool(argc, argv, memwatch::about, memwatch::options, memwatch::run);
}
