// errsum: raw linter, typechecker, test and build output in, a short summary out.
#include <fcntl.h>
#include <unistd.h>

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
#include "fix_tasks.hpp"
#include "input.hpp"
#include "memory.hpp"
#include "merge.hpp"
#include "outputs.hpp"
#include "patterns.hpp"
#include "progress.hpp"
#include "saved_outputs.hpp"
#include "settings.hpp"
#include "show.hpp"
#include "sys/execute.hpp"

namespace longhaul {
namespace {

using errsum::Output;
using errsum::Settings;

constexpr cli::Example examples[] = {
    {"ruff check apps 2>&1 | errsum", "what is wrong, how much of it, what to do"},
    {"errsum --format json --max 0 build.log", "the whole record of a saved output"},
    {"errsum --run -- npx eslint src", "run a command and summarise it; its status stands"},
    {"errsum --save .errsum --show 4f2a --code F401", "the lines of a saved output that told of a code"},
};

constexpr cli::About about{
    .name = "errsum",
    .summary = "summarise the output of linters, typecheckers, tests and builds",
    .usage = "[OPTIONS] [FILE...]",
    .examples = examples,
};

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

// Keeps the raw output. Trouble with that is a warning: the summary is what was asked for.
class Saver {
 public:
  Saver(const Settings& settings, cli::Session& session) : settings_{settings}, session_{session} {
    if (!settings.save.empty()) attempt([&] { output_.emplace(settings.save); });
  }
  void add(std::string_view bytes) {
    if (output_) attempt([&] { output_->add(bytes); });
  }
  // The hash; empty where nothing was saved.
  std::string finish() {
    std::string hash;
    if (output_) attempt([&] { hash = output_->finish(settings_.save_max); });
    return hash;
  }

 private:
  template <typename Work>
  void attempt(Work work) {
    try {
      work();
    } catch (const core::Error& error) {
      session_.warn(error.subject, error.reason + "; the raw output is not saved");
      output_.reset();
    }
  }

  const Settings& settings_;
  cli::Session& session_;
  std::optional<errsum::SavingOutput> output_;
};

// GitHub shows what is in this file on the page of the job.
void add_to_job_summary(const diag::Summary& summary, cli::Session& session) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return;
  constexpr std::uint64_t most = 65'536;
  const core::Fd file{::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644)};
  const int failed = file ? core::try_write_all(file.get(), errsum::as_markdown(summary, most)) : errno;
  if (failed != 0) session.warn(path, core::reason_of(failed));
}

// Whether the record carries what it takes to merge it.
bool is_mergeable(const Settings& settings) {
  return settings.format == Output::json && settings.max_bytes == 0;
}

// Trouble with the memory is a warning, and what it does not know is new.
void recall(diag::Summary& summary, const Settings& settings, cli::Session& session) {
  if (settings.state.empty()) return;
  const errsum::MemoryUse use{.path = settings.state,
                              .takes_baseline = settings.baseline,
                              .gates = settings.new_only,
                              .escalate_after = settings.escalate_after,
                              .keep = settings.state_keep};
  try {
    summary.recalled = errsum::remember(summary, use);
  } catch (const core::Error& error) {
    session.warn(error.subject.empty() ? settings.state : error.subject,
                 error.reason + "; this run is not remembered");
  }
}

void add_fix_tasks(const diag::Summary& summary, const Settings& settings, cli::Session& session) {
  if (settings.fix_task.empty()) return;
  try {
    errsum::append_fix_tasks(settings.fix_task, settings.task_id, summary);
  } catch (const core::Error& error) {
    session.warn(error.subject, error.reason + "; no task is written");
  }
}

// `read` is the command's status, where there is one.
core::Exit verdict(const diag::Summary& summary, core::Exit read, const Settings& settings) {
  const bool is_gate = settings.new_only || settings.baseline;
  if (is_gate && summary.recalled && (settings.baseline || summary.recalled->fresh == 0))
    return core::Exit::ok;
  if (read != core::Exit::ok) return read;
  return (settings.run && !is_gate) || summary.clean() ? core::Exit::ok : core::Exit::finding;
}

// In a shadow nothing is kept, told or remembered.
Settings without_effects(Settings settings) {
  settings.save.clear();
  settings.state.clear();
  settings.fix_task.clear();
  settings.tee = false;
  return settings;
}

void add_patterns(const Settings& settings, errsum::Patterns& patterns) {
  for (const auto& pattern : settings.patterns) patterns.add_expression(pattern, "--pattern");
  for (const auto& path : settings.pattern_files) patterns.add_file(path);
  for (const auto& format : settings.errorformats) patterns.add_errorformat(format);
}

core::Exit summarise(const Settings& settings, const diag::Format* only, cli::Rollout rollout,
                     cli::Session& session) {
  const diag::Keeping keeping{.findings = errsum::lists_findings(settings.format) || !settings.state.empty(),
                              .mergeable = is_mergeable(settings)};
  errsum::Patterns patterns;
  try {
    add_patterns(settings, patterns);
  } catch (const core::Error& error) {  // what is passed on does not wait for a pattern to be right
    if (rollout == cli::Rollout::on) throw;
    session.warn(error.subject, error.reason);
  }
  diag::Analyser analyser{only, keeping, patterns.empty() ? nullptr : &patterns};
  Saver saver{settings, session};
  const auto also = [&](std::string_view bytes) {
    saver.add(bytes);
    if (settings.tee) (void)core::try_write_all(STDERR_FILENO, bytes);
  };
  errsum::Takers takers{&analyser, rollout == cli::Rollout::shadow};
  errsum::Progress progress{analyser, !settings.quiet && !settings.tee && rollout == cli::Rollout::on};
  if (progress.is_shown()) takers.after = [&] { progress.update(); };
  if (settings.tee || !settings.save.empty()) takers.also = also;
  const core::Exit read = settings.run ? errsum::read_command(settings.command, takers, session)
                                       : errsum::read_files(settings.files, takers, session);
  progress.clear();
  if (read == core::Exit::trouble && !settings.run) return read;
  const std::optional<int> status = settings.run ? std::optional{static_cast<int>(read)} : std::nullopt;
  diag::Summary summary = analyser.finish({core::working_directory(), status});
  summary.raw = saver.finish();
  recall(summary, settings, session);
  if (rollout == cli::Rollout::shadow) {
    cli::record_shadow(session, diag::render_json(summary, settings.max_bytes));
    return read;
  }
  add_fix_tasks(summary, settings, session);
  if (settings.format == Output::github) add_to_job_summary(summary, session);
  if (!settings.quiet) session.print(errsum::rendered(summary, settings.format, settings.max_bytes));
  return verdict(summary, read, settings);
}

core::Exit merge(const Settings& settings, cli::Session& session) {
  const diag::Summary summary = errsum::merged(settings.files, is_mergeable(settings));
  add_fix_tasks(summary, settings, session);
  if (!settings.quiet) session.print(errsum::rendered(summary, settings.format, settings.max_bytes));
  return summary.clean() ? core::Exit::ok : core::Exit::finding;
}

core::Exit run(const Settings& settings, cli::Session& session) {
  if (settings.list_formats) return list_formats(session);
  const diag::Format* only = chosen_format(settings.tool);
  errsum::check(settings);
  if (!settings.show.empty())
    return errsum::show({settings.save, settings.show, settings.code, settings.file, only}, session);
  const cli::Rollout rollout = cli::rollout_of(session);
  if (settings.merge)
    return rollout == cli::Rollout::on ? merge(settings, session) : pass_through(settings, session);
  if (rollout == cli::Rollout::off) return pass_through(settings, session);
  return summarise(rollout == cli::Rollout::shadow ? without_effects(settings) : settings, only, rollout,
                   session);
}

}  // namespace
}  // namespace longhaul

int main(int argc, char** argv) {
  using namespace longhaul;
  return cli::run_tool(argc, argv, about, errsum::describe, run);
}
