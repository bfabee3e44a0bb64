// A tool with commands that say what they were given, for commands_tool.sh.
#include <array>
#include <list>
#include <string>
#include <vector>

#include "cli/rollout.hpp"
#include "cli/subcommand.hpp"

namespace longhaul {
namespace {

constexpr cli::Example examples[] = {{"commands_tool run -- make", "one of the commands"}};

struct RunSettings {
  std::chrono::nanoseconds timeout{};
  std::string name = "none";
  std::vector<std::string> tags;
  std::vector<std::string> command;
};

constexpr cli::About run_about{
    .name = "run",
    .summary = "say which command would be run",
    .usage = "[OPTIONS] -- COMMAND [ARGUMENT...]",
    .examples = examples,
    .role = cli::Role::wrapper,
};

void describe_run(cli::Options& cli, RunSettings& settings) {
  cli.group("Scope");
  cli.duration("-t,--timeout", settings.timeout, "End it after so long; it's a colon: [x]");
  cli.text("--name", settings.name, "NAME", "Of the scope");
  cli.list("--tag", settings.tags, "TAG", "A tag");
  cli.command(settings.command, "The command to run");
}

core::Exit run(const RunSettings& settings, cli::Session& session) {
  if (cli::rollout_of(session) == cli::Rollout::shadow) cli::record_shadow(session, "{}");
  session.print("run " + settings.name);
  for (const auto& tag : settings.tags) session.print(" #" + tag);
  for (const auto& word : settings.command) session.print(" [" + word + "]");
  session.print("\n");
  return core::Exit::ok;
}

struct ListSettings {
  std::string format = "text";
  bool quiet = false;
  std::list<std::string> rules;
  std::vector<std::string> files;
};

constexpr cli::About list_about{
    .name = "list",
    .summary = "say which files would be listed",
    .usage = "[OPTIONS] [FILE...]",
    .examples = examples,
};

void describe_list(cli::Options& cli, ListSettings& settings) {
  cli.choice("-f,--format", settings.format, {"text", "json"}, "Output format");
  cli.flag("-q,--quiet", settings.quiet, "Say nothing");
  cli.section("rule", "A rule", [&](cli::Options& keys) {
    keys.text("--name", settings.rules.emplace_back(), "NAME", "Of the rule");
  });
  cli.files("FILE", settings.files, "What to list");
}

core::Exit list(const ListSettings& settings, cli::Session& session) {
  if (settings.quiet) return core::Exit::finding;
  session.print("list " + settings.format);
  for (const auto& rule : settings.rules) session.print(" {" + rule + "}");
  for (const auto& file : settings.files) session.print(" [" + file + "]");
  session.print("\n");
  return core::Exit::ok;
}

struct StartSettings {
  int size = 1;
  std::string log;
  std::string folder;
};

constexpr cli::About start_about{
    .name = "pool start",
    .summary = "say which pool would be started, in a text so long that it takes more than one line of help",
    .usage = "[OPTIONS]",
    .examples = examples,
};

void describe_start(cli::Options& cli, StartSettings& settings) {
  cli.number("--size", settings.size, "N", "How many workers");
  cli.text("--log", settings.log, "FILE", "Where messages go");
  cli.text("--folder", settings.folder, "DIR", "Where it works");
}

core::Exit start(const StartSettings& settings, cli::Session& session) {
  session.print("start " + std::to_string(settings.size) + "\n");
  return core::Exit::ok;
}

struct StopSettings {
  std::vector<std::string> names;
};

constexpr cli::About stop_about{
    .name = "pool stop",
    .summary = "say which pools would be stopped",
    .usage = "NAME...",
    .examples = examples,
};

void describe_stop(cli::Options& cli, StopSettings& settings) {
  cli.files("NAME", settings.names, "The pools");
}

core::Exit stop(const StopSettings& settings, cli::Session&) {
  throw core::Error{settings.names.empty() ? "NAME" : settings.names.front(), "there is no such pool"};
}

constexpr cli::About serve_about{
    .name = "serve", .summary = "internal", .usage = "", .examples = examples, .role = cli::Role::gate};

constexpr cli::About about{
    .name = "commands_tool",
    .summary = "say what a tool with commands was given",
    .usage = "COMMAND [OPTIONS] ...",
    .examples = examples,
};

}  // namespace
}  // namespace longhaul

int main(int argc, char** argv) {
  using namespace longhaul;
  auto serve = cli::subcommand<StopSettings>(serve_about, describe_stop, stop);
  serve.hidden = true;
  const std::array commands{cli::subcommand<RunSettings>(run_about, describe_run, run),
                            cli::subcommand<ListSettings>(list_about, describe_list, list),
                            cli::subcommand<StartSettings>(start_about, describe_start, start),
                            cli::subcommand<StopSettings>(stop_about, describe_stop, stop), serve};
  return cli::run_tool(argc, argv, about, commands);
}
