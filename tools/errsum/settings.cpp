#include "settings.hpp"

#include <string_view>

#include "base/error.hpp"
#include "diag/render.hpp"

namespace longhaul::errsum {

void describe(cli::Options& cli, Settings& settings) {
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
  cli.list("--pattern", settings.patterns, "REGEX",
           "Findings of your own, by the groups file, line, column, code, message and severity");
  cli.list("--pattern-file", settings.pattern_files, "FILE", "Such patterns, one a line");
  cli.list("--errorformat", settings.errorformats, "FORMAT", "Likewise, as vim's errorformat has them");
  cli.flag("--merge", settings.merge,
           "Read records, of --format json --max 0, and print that of all their inputs");
  cli.flag("--list-formats", settings.list_formats, "List the formats that are known, and exit");
  cli.flag("--run", settings.run, "Run the command after --, summarise what it prints, exit with its status");
  cli.flag("--tee", settings.tee, "Pass what is read on to standard error at once");
  cli.files("FILE", settings.files, "Outputs to summarise as one stream; standard input where none is named");
  cli.command(settings.command, "The command to run, with --run", &settings.run);
  cli.group("Tasks");
  cli.text("--fix-task", settings.fix_task, "FILE",
           "Append what is to be done, a JSON line for each bulk repair");
  cli.text("--task-id", settings.task_id, "ID",
           "With --fix-task: the task whose work failed; ids begin with it");
  cli.group("Memory");
  cli.text("--state", settings.state, "FILE",
           "Remember failures in this SQLite database: which are new, seen before, gone");
  cli.flag("--new-only", settings.new_only,
           "With --state: status 1 only for what is new against the baseline or the last run that passed");
  cli.flag("--baseline", settings.baseline, "With --state: accept what is found now, and exit with 0");
  cli.number("--escalate-after", settings.escalate_after, "N",
             "Say to stop where a failure comes in N runs in a row; 0 for never");
  cli.duration("--state-keep", settings.state_keep, "Forget failures that were not seen for this long");
  cli.group("The raw output");
  cli.text("--save", settings.save, "DIR", "Keep it in this folder, compressed, each output once");
  cli.size("--save-max", settings.save_max,
           "Most bytes of the folder, the oldest outputs going first; 0 for no limit");
  cli.text("--show", settings.show, "HASH",
           "Print a saved output, or the lines that told of --code and --file");
  cli.text("--code", settings.code, "CODE", "With --show: of findings with this code");
  cli.text("--file", settings.file, "PATH",
           "With --show: of findings in this file, of which the end is enough");
}

void check(const Settings& given) {
  const bool has_patterns =
      !(given.patterns.empty() && given.pattern_files.empty() && given.errorformats.empty());
  const bool shows = !given.show.empty();
  const std::string too_small = "a summary needs at least " + std::to_string(diag::least_budget) + " bytes";
  const struct {
    bool is;
    std::string_view option, reason;
  } clashes[] = {
      {given.max_bytes != 0 && given.max_bytes < diag::least_budget, "--max", too_small},
      {shows && given.save.empty(), "--show", "needs --save, the folder of saved outputs"},
      {!shows && !given.code.empty(), "--code", "goes with --show"},
      {!shows && !given.file.empty(), "--file", "goes with --show"},
      {!given.task_id.empty() && given.fix_task.empty(), "--task-id", "goes with --fix-task"},
      {!given.fix_task.empty() && given.task_id.empty(), "--fix-task", "needs --task-id"},
      {given.merge && (given.run || !given.state.empty() || !given.save.empty()), "--merge",
       "reads records, and neither runs, remembers nor saves anything"},
      {given.merge && (has_patterns || !given.tool.empty() || given.tee), "--merge",
       "reads records and no output: --tool, --tee and patterns belong where they were made"},
      {given.merge && lists_findings(given.format), "--merge",
       "records do not hold single findings: text, json, markdown or prometheus"},
      {given.state.empty() && given.new_only, "--new-only", "needs --state, the memory"},
      {given.state.empty() && given.baseline, "--baseline", "needs --state, the memory"},
  };
  for (const auto& clash : clashes)
    if (clash.is) throw core::Error{std::string{clash.option}, std::string{clash.reason}};
}

}  // namespace longhaul::errsum
