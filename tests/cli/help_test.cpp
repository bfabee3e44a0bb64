#include "cli/help.hpp"

#include <doctest/doctest.h>

#include "cli/completion.hpp"
#include "cli/nearest.hpp"

using namespace longhaul;

namespace {

// A tool with one option of each kind.
struct Tool {
  std::uint64_t max = 500;
  std::string format = "text";
  std::vector<std::string> tags;
  bool quiet = false;
  std::string log;
  std::vector<std::string> files;
  cli::Options options;
  cli::About about{.name = "demo",
                   .summary = "shows what a tool looks like",
                   .usage = "[OPTIONS] [FILE...]",
                   .examples = {}};

  Tool() {
    options.group("Output");
    options.size("--max", max, "Byte budget of the record");
    options.choice("-f,--format", format, {"text", "json"}, "Output format");
    options.flag("-q,--quiet", quiet, "Print nothing");
    options.flag("--secret", quiet, "Not shown");
    options.hide_last();
    options.group("Input");
    options.list("--tag", tags, "TAG",
                 "A tag [it's one], a long text that does not fit in one line of eighty columns");
    options.text("--log", log, "FILE", "A log");
    options.files("FILE", files, "Logs to read");
  }
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("help is grouped and shows names, values, choices and defaults") {
  const Tool tool;
  const auto help = cli::help_text(tool.about, tool.options);
  CHECK(help.starts_with("Usage: demo [OPTIONS] [FILE...]\nShows what a tool looks like.\n"));
  CHECK(contains(help, "\nOutput:\n      --max BYTES      Byte budget of the record [default: 500]\n"));
  CHECK(contains(help, "\n  -f, --format FORMAT  Output format: text, json [default: text]\n"));
  CHECK(contains(help, "\nInput:\n"));
  CHECK(contains(help, "\nExit status:\n  0         done"));
  CHECK_FALSE(contains(help, "secret"));
}

TEST_CASE("no line of help passes 80 columns") {
  const Tool tool;
  const auto help = cli::help_text(tool.about, tool.options);
  std::size_t start = 0;
  for (auto end = help.find('\n'); end != std::string::npos; start = end + 1, end = help.find('\n', start)) {
    CAPTURE(help.substr(start, end - start));
    CHECK(end - start <= 80);
  }
}

TEST_CASE("the exit statuses follow the role") {
  Tool tool;
  tool.about.role = cli::Role::gate;
  CHECK(contains(cli::help_text(tool.about, tool.options), "  3         UNKNOWN"));
  tool.about.role = cli::Role::wrapper;
  CHECK(contains(cli::help_text(tool.about, tool.options), "  125       the wrapper itself failed"));
}

TEST_CASE("options are listed for the checks") {
  const Tool tool;
  CHECK(cli::option_lines(tool.options) ==
        "--max\tBYTES\n-f,--format\tFORMAT\n-q,--quiet\t\n--tag\tTAG\n--log\tFILE\n");
}

TEST_CASE("completions know choices and files, and quote what the shell would read") {
  const Tool tool;
  const auto bash = cli::completion_script("bash", tool.about, tool.options);
  CHECK(contains(bash, "-f|--format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- \"$current\")"));
  CHECK(contains(bash, "complete -F _demo demo\n"));
  const auto zsh = cli::completion_script("zsh", tool.about, tool.options);
  CHECK(contains(zsh, "'(-f --format)'{-f+,--format=}'[Output format]:FORMAT:(text json)'"));
  CHECK(contains(zsh, "'*--tag=[A tag \\[it'\\''s one\\],"));
  const auto fish = cli::completion_script("fish", tool.about, tool.options);
  CHECK(contains(fish, "complete -c demo -s f -l format -x -a 'text json' -d 'Output format'\n"));
  CHECK(contains(fish, "complete -c demo -l log -r -F -d 'A log'\n"));
  for (const auto& script : {bash, zsh, fish}) CHECK_FALSE(contains(script, "secret"));
}

TEST_CASE("the nearest name is a likely one or none") {
  constexpr std::string_view names[] = {"--format", "--max", "--quiet"};
  CHECK(cli::nearest("--fromat", names) == "--format");
  CHECK(cli::nearest("--form", names) == "--format");
  CHECK(cli::nearest("--mx", names) == "--max");
  CHECK(cli::nearest("--nothing-like-it", names).empty());
  CHECK(cli::nearest(std::string(1'000'000, 'x'), names).empty());
}
