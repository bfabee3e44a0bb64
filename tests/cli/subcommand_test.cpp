#include "cli/subcommand.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "cli/command_choice.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"

using namespace longhaul;

namespace {

using Words = std::vector<std::string>;

struct Settings {
  std::string name;
};

int described = 0;

void describe(cli::Options& options, Settings& settings) {
  ++described;
  options.text("--name", settings.name, "NAME", "Its name");
}

void describe_nothing(cli::Options&, Settings&) {}

core::Exit run(const Settings& settings, cli::Session&) {
  return settings.name.empty() ? core::Exit::ok : core::Exit::finding;
}

cli::Subcommand command(std::string_view name, bool hidden = false) {
  const cli::About about{.name = name, .summary = "does it", .usage = "[OPTIONS]", .examples = {}};
  auto made = cli::subcommand<Settings>(about, name == "list" ? describe_nothing : describe, run);
  made.hidden = hidden;
  return made;
}

const std::vector<cli::Subcommand>& commands() {
  static const std::vector all{command("run"), command("list"), command("pool start"), command("pool stop"),
                               command("serve", true)};
  return all;
}

struct General {
  std::string config;
  bool version = false;
  cli::Options options;

  General() {
    options.text("--config", config, "FILE", "A file");
    options.flag("-V,--version", version, "The version");
  }
};

// "COMMAND|REST", or the message of the error.
std::string chosen(Words words) {
  words.insert(words.begin(), "tool");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  try {
    const auto choice =
        cli::choose_command(commands(), General{}.options, static_cast<int>(argv.size()), argv.data());
    std::string said{choice.command == nullptr ? "no " + std::string{choice.group}
                                               : choice.command->about.name};
    for (const std::string_view word : choice.rest)
      said.append(word == "tool" ? "" : " ").append(word == "tool" ? "|" : word);
    return said;
  } catch (const core::Error& error) {
    return error.message;
  }
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("the words of the command are taken out, and the rest stays as it is") {
  CHECK(chosen({"run", "a", "run", "--", "list"}) == "run| a run -- list");
  CHECK(chosen({"pool", "start", "start"}) == "pool start| start");
  CHECK(chosen({"--config", "run", "pool", "-V", "stop", "-x"}) == "pool stop| --config run -V -x");
  CHECK(chosen({"--config=run", "list"}) == "list| --config=run");
  CHECK(chosen({"--force", "run"}) == "run| --force");
  CHECK(chosen({"serve"}) == "serve|");
}

TEST_CASE("where no command is named, nothing after -- is left") {
  CHECK(chosen({}) == "no |");
  CHECK(chosen({"-V", "--", "run"}) == "no | -V");
  CHECK(chosen({"--config", "run"}) == "no | --config run");
  CHECK(chosen({"pool", "-V", "--", "start"}) == "no pool| -V");
}

TEST_CASE("a word that is no command is named with the nearest, and a hidden one is not") {
  CHECK(chosen({"rnu"}) == "rnu: unknown command, did you mean run?");
  CHECK(chosen({"pol", "start"}) == "pol: unknown command, did you mean pool?");
  CHECK(chosen({"pool", "strat"}) == "pool strat: unknown command, did you mean pool start?");
  CHECK(chosen({"-"}) == "-: unknown command");
  CHECK(chosen({""}) == "unknown command");
  CHECK(chosen({"serv"}) == "serv: unknown command");
  CHECK(chosen({"--size", "3", "run"}) == "--size: the options of a command stand after it");
  CHECK(chosen({"pool", "--size", "3", "start"}) == "--size: the options of a command stand after it");
}

TEST_CASE("choosing a command describes none") {
  described = 0;
  (void)chosen({"pool", "start", "--name", "x"});
  CHECK(described == 0);
}

TEST_CASE("a command keeps its settings from the description to the run") {
  const auto made = command("run");
  cli::Options options;
  made.options(options);
  (void)options.all().front().assign("x");
  cli::Session session{"tool", cli::Role::filter};
  CHECK(made.run(session) == core::Exit::finding);
  CHECK(command("run").run(session) == core::Exit::ok);
}

TEST_CASE("help lists the commands that are not hidden") {
  const General general;
  const cli::About about{.name = "tool", .summary = "has commands", .usage = "COMMAND", .examples = {}};
  const auto help = cli::help_text(about, general.options, commands());
  CHECK(contains(help, "\n  pool start  Does it\n"));
  CHECK_FALSE(contains(help, "serve"));
  CHECK_FALSE(contains(help, "--name"));
}

TEST_CASE("options are listed by command, the general ones once") {
  CHECK(cli::option_lines(General{}.options, commands()) ==
        "run\t--name\tNAME\nlist\t\t\npool start\t--name\tNAME\npool stop\t--name\tNAME\n"
        "--config\tFILE\n-V,--version\t\n");
}

TEST_CASE("completions know the commands and the options of each") {
  const General general;
  const cli::About about{.name = "a-tool", .summary = "has commands", .usage = "COMMAND", .examples = {}};
  const auto script = [&](std::string_view shell) {
    return cli::completion_script(shell, about, general.options, commands());
  };
  CHECK(contains(script("bash"), "\n_a_tool__pool_start() {\n"));
  CHECK(contains(script("bash"), "    'pool') _a_tool__none 'start stop' ;;\n"));
  CHECK(contains(script("zsh"), "\n    'pool:start, stop'\n"));
  CHECK(
      contains(script("fish"), "complete -c a-tool -n '__a_tool_is pool start' -l name -x -d 'Its name'\n"));
  for (const auto* shell : {"bash", "zsh", "fish"}) CHECK_FALSE(contains(script(shell), "serve"));
}
