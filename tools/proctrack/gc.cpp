// proctrack gc: clears what dead scopes left.
#include <sys/file.h>

#include <algorithm>
#include <csignal>

#include "base/number_text.hpp"
#include "base/size.hpp"
#include "census.hpp"
#include "cli/rollout.hpp"
#include "commands.hpp"
#include "pool_protocol.hpp"
#include "scope.hpp"
#include "scope_folder.hpp"
#include "scope_options.hpp"
#include "store/json_writer.hpp"
#include "sys/cgroup.hpp"
#include "sys/process_table.hpp"
#include "sys/scope_exits.hpp"
#include "sys/scope_registry.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct GcSettings {
  std::string state;
  bool dry_run = false;
  bool quiet = false;
  Output format = Output::text;
};

struct Cleared {
  std::uint64_t scopes = 0;
  std::uint64_t processes = 0;
  core::Removed files;
};

constexpr cli::Example examples[] = {
    {"proctrack gc", "after a crash, or from cron: says something only where there was something to do"},
    {"proctrack gc --dry-run --format json", "what it would end and remove"},
};

constexpr cli::ExitStatus exits[] = {
    {"0", "nothing is left"},
    {"1", "something could not be ended or removed"},
    {"2", "usage or I/O trouble"},
};

constexpr cli::About about{
    .name = "gc",
    .summary = "end the processes and remove the files that dead scopes left",
    .usage = "[OPTIONS]",
    .examples = examples,
    .exits = exits,
};

void options(cli::Options& cli, GcSettings& settings) {
  cli.group("Clearing");
  cli.flag("-n,--dry-run", settings.dry_run, "Only say what would be done");
  cli.flag("-q,--quiet", settings.quiet, "Print nothing");
  cli.choice("-f,--format", settings.format, {{"text", Output::text}, {"json", Output::json}},
             "Output format");
  describe_state(cli, settings.state);
}

// Ends all processes of a dead scope; how many there were. False in `gone` where one would not die.
std::uint64_t end_processes(const sys::ScopeRecord& record, bool dry, bool& gone) {
  const Members members = [&record] { return processes_of(record, false); };
  std::uint64_t count = 0;
  for (const auto& process : members()) count += process.has_ended() ? 0 : 1;
  if (dry || count == 0) return count;
  Ending ending{members, record.cgroup, grace_without_owner};
  ending.ask(SIGTERM, std::chrono::steady_clock::now());
  gone = end_all(ending, members, [] {}) && gone;
  return count;
}

class Clearing {
 public:
  Clearing(const GcSettings& settings, cli::Session& session)
      : settings_{settings}, session_{session}, registry_{sys::state_path(settings.state)} {}

  core::Exit run() {
    for (const auto& id : registry_.ids()) clear_scope(id);
    // After a power cut the registry in memory is gone; their folders on the disk are not.
    for (const auto& folder : dead_folders(temporary_base())) {
      if (std::ranges::find(folders_, folder) != folders_.end()) continue;  // a dry run leaves it
      note(folder, remove_scope_folder(folder, {}, settings_.dry_run), true);
    }
    if (!settings_.quiet) say();
    if (!settings_.dry_run) {
      registry_.remove_unfinished();
      sys::remove_old_exits(registry_.folder());
      remove_dead_sockets(registry_.folder());
    }
    return all_gone_ ? core::Exit::ok : core::Exit::finding;
  }

 private:
  void clear_scope(const std::string& id) {
    const auto lock = registry_.take_over(id);
    const auto record = registry_.read(id);
    if (!lock || !record) return;
    folders_.push_back(record->folder);
    bool gone = true;
    cleared_.processes += end_processes(*record, settings_.dry_run, gone);
    if (!gone) session_.complain(id, "a process cannot be ended");
    if (!note(id, clear_files_of(*record, settings_.dry_run), gone) || settings_.dry_run) return;
    note_exit(*record);
    registry_.remove(*record);
  }

  // Unless its end is known, or that of a later scope of the name. A record's time is in whole seconds: what
  // ended in the same one is taken for an earlier scope.
  void note_exit(const sys::ScopeRecord& record) const {
    if (record.name.empty()) return;
    const auto last = sys::last_exit(registry_.folder(), record.name);
    const auto started = static_cast<double>(record.started.time_since_epoch().count());
    if (last && last->ended_at >= started + 1) return;
    record_exit_of(record, registry_.folder(), static_cast<int>(core::ended_by(SIGKILL)), "killed");
  }

  // Whether all of a scope is gone.
  bool note(const std::string& scope, const core::Removed& files, bool gone) {
    cleared_.files += files;
    if (!files.problem.empty()) session_.complain(scope, files.problem);
    const bool cleared = gone && files.problem.empty();
    cleared_.scopes += cleared ? 1 : 0;
    all_gone_ = all_gone_ && cleared;
    return cleared;
  }

  void say() {
    const auto& files = cleared_.files;
    if (settings_.format == Output::json) {
      store::JsonWriter json;
      json.begin_object().member("scopes", cleared_.scopes).member("processes", cleared_.processes);
      json.member("files", files.files).member("bytes", files.bytes).member("dryRun", settings_.dry_run);
      session_.print(json.end_object().text() + '\n');
    } else if (cleared_.scopes != 0) {
      session_.print(std::string{settings_.dry_run ? "would clear " : "cleared "} +
                     core::counted(cleared_.scopes, "dead scope", "dead scopes") + ": " +
                     core::counted(cleared_.processes, "process", "processes") + ", " +
                     core::counted(files.files, "file", "files") + " (" + core::format_size(files.bytes) +
                     ")\n");
    }
  }

  const GcSettings& settings_;
  cli::Session& session_;
  sys::ScopeRegistry registry_;
  Cleared cleared_;
  std::vector<std::string> folders_;  // of records
  bool all_gone_ = true;
};

core::Exit run(const GcSettings& settings, cli::Session& session) {
  if (cli::rollout_of(session) != cli::Rollout::on) return core::Exit::ok;
  sys::require_proc();
  return Clearing{settings, session}.run();
}

}  // namespace

cli::Subcommand gc_command() { return cli::subcommand<GcSettings>(about, options, run); }

}  // namespace longhaul::proctrack
