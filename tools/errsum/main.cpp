// errsum: raw linter, typechecker, test and build output in, a short summary out.
#include <fcntl.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "cli/rollout.hpp"
#include "cli/tool.hpp"
#include "diag/analyser.hpp"
#include "diag/render.hpp"
#include "input.hpp"
#include "outputs.hpp"
#include "sys/execute.hpp"

namespace longhaul {
namespace {

using errsum::Output;

struct Settings {
  Output format = Output::text;
  std::uint64_t max_bytes = 500;
  std::string tool;
  bool list_formats = false;
  bool quiet = false;
  bool run = false;
  std::vector<std::string> files;
  std::vector<std::string> command;
};

constexpr cli::Example examples[] = {
    {"ruff check apps 2>&1 | errsum", "what is wrong, how much of it, what to do"},
    {"errsum --format json --max 0 build.log", "the whole record of a saved output"},
    {"errsum --run -- npx eslint src", "run a command and summarise it; its status stands"},
};

constexpr cli::About about{
    .name = "errsum",
    .summary = "summarise the output of linters, typecheckers, tests and builds",
    .usage = "[OPTIONS] [FILE...]",
    .examples = examples,
};

void options(cli::Options& cli, Settings& settings) {
  cli.group("Summary");
  cli.choice("-f,--format", settings.format,
             {{"text", Output::text},
              {"json", Output::json},
              {"markdown", Output::markdown},
              {"github", Output::github},
              {"rdjson", Output::rdjson},
              {"sarif", Output::sarif},
              {"junit", Output::junit},
              {"prometheus", Output::prometheus}},
             "Output format");
  cli.size(
      "--max", settings.max_bytes,
      "Most bytes the summary may have as text, json or markdown, its line end included; 0 for no limit");
  cli.flag("-q,--quiet", settings.quiet, "Print nothing; the exit status is the answer");
  cli.group("Input");
  cli.text("--tool", settings.tool, "NAME", "Read the input as this tool's output, without detection");
  cli.flag("--list-formats", settings.list_formats, "List the formats that are known, and exit");
  cli.flag("--run", settings.run, "Run the command after --, summarise what it prints, exit with its status");
  cli.files("FILE", settings.files, "Outputs to summarise as one stream; standard input where none is named");
  cli.command(settings.command, "The command to run, with --run", &settings.run);
}

core::Exit list_formats(cli::Session& session) {
  for (const diag::Format* format : diag::formats()) {
    std::string line{format->name};
    line.resize(std::max<std::size_t>(line.size() + 1, 10), ' ');
    std::string kind{diag::name_of(format->kind).id};
    kind.resize(15, ' ');
    session.print(line + kind + std::string{format->title} + '\n');
  }
  return core::Exit::ok;
}

const diag::Format* chosen_format(const std::string& name) {
  if (name.empty()) return nullptr;
  const diag::Format* format = diag::find_format(name);
  if (format == nullptr)
    throw core::Error{"--tool", "no format '" + name + "' (errsum --list-formats names them)"};
  return format;
}

// The legacy way: the input goes to standard output as it is; a command is only executed.
core::Exit pass_through(const Settings& settings, cli::Session& session) {
  if (settings.run) sys::execute(settings.command);
  const core::Exit read = errsum::read_files(settings.files, {nullptr, true}, session);
  return read == core::Exit::trouble ? core::Exit::ok : read;
}

// GitHub shows what is in this file on the page of the job.
void add_to_job_summary(const diag::Summary& summary, cli::Session& session) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  constexpr std::uint64_t most = 65'536;
  const core::Fd file{::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644)};
  const int failed = file ? core::try_write_all(file.get(), errsum::as_markdown(summary, most)) : errno;
  if (failed != 0) session.warn(path, core::reason_of(failed));
}

core::Exit run(const Settings& settings, cli::Session& session) {
  if (settings.list_formats) return list_formats(session);
  const diag::Format* only = chosen_format(settings.tool);
  if (settings.max_bytes != 0 && settings.max_bytes < diag::least_budget)
    throw core::Error{"--max", "a summary needs at least " + std::to_string(diag::least_budget) + " bytes"};

  const cli::Rollout rollout = cli::rollout_of(session);
  if (rollout == cli::Rollout::off) return pass_through(settings, session);

  diag::Analyser analyser{only, errsum::lists_findings(settings.format) ? diag::Keeping::findings
                                                                        : diag::Keeping::counts};
  const errsum::Takers takers{&analyser, rollout == cli::Rollout::shadow};
  const core::Exit read = settings.run ? errsum::read_command(settings.command, takers, session)
                                       : errsum::read_files(settings.files, takers, session);
  if (read == core::Exit::trouble && !settings.run) return read;
  const std::optional<int> status = settings.run ? std::optional{static_cast<int>(read)} : std::nullopt;
  const diag::Summary summary = analyser.finish({core::working_directory(), status});
  if (rollout == cli::Rollout::shadow) {
    cli::record_shadow(session, diag::render_json(summary, settings.max_bytes));
    return read;
  }
  if (settings.format == Output::github) add_to_job_summary(summary, session);
  if (!settings.quiet) session.print(errsum::rendered(summary, settings.format, settings.max_bytes));
  if (read != core::Exit::ok) return read;
  return settings.run || summary.clean() ? core::Exit::ok : core::Exit::finding;
}

}  // namespace
}  // namespace longhaul

int main(int argc, char** argv) {
  return longhaul::cli::run_tool(argc, argv, longhaul::about, longhaul::options, longhaul::run);
}
