// logrotd: a bounded log at the end of a pipe.
#include <filesystem>

#include "base/utf8.hpp"
#include "cli/rollout.hpp"
#include "cli/tool.hpp"
#include "legacy.hpp"
#include "lock.hpp"
#include "once.hpp"
#include "pump.hpp"
#include "settings.hpp"

namespace longhaul {
namespace {

using namespace logrotd;
using store::Compression;

constexpr std::uint64_t least_total = 4096;

constexpr cli::ExitStatus exits[] = {
    {"0", "everything that was read is in the log"},
    {"1", "the same, but for entries that were dropped and counted (--on-full drop)"},
    {"2", "usage or I/O trouble, entries lost at the end among it"},
};

constexpr cli::Example examples[] = {
    {"server 2>&1 | logrotd server.log", "at most 10 MB, older parts compressed beside it"},
    {"app | logrotd --level info --ring 1000 --dedupe 60s app.jsonl",
     "from info on; what was below it where an error follows"},
    {"logrotd --once --max-size 50MB --keep 7 app.log", "from cron, for a file that another writes"},
};

constexpr cli::About about{
    .name = "logrotd",
    .summary = "write a bounded, JSON-aware log from standard input",
    .usage = "[OPTIONS] FILE",
    .examples = examples,
    .exits = exits,
    .older_switch = "SMART_TELEMETRY",
};

void options(cli::Options& cli, Settings& settings) {
  cli.group("Rotation");
  cli.size("--max-size", settings.max_size, "Rotate before the log passes this size");
  cli.duration("--rotate-every", settings.rotate_every,
               "Rotate when this time ends, counted from 1970 (UTC)");
  cli.choice("--compress", settings.compression,
             {{"gzip", Compression::gzip}, {"zstd", Compression::zstd}, {"none", Compression::none}},
             "How archives are compressed");
  cli.number("--compress-level", settings.compress_level, "N", "Level of the compression");
  cli.group("Retention");
  cli.duration("--retain", settings.retain, "Remove archives older than this");
  cli.number("--keep", settings.keep, "N", "Keep at most so many archives");
  cli.size("--max-total", settings.max_total, "Most bytes of the log and its archives together");
  cli.flag("--manifest", settings.manifest,
           "List the archives that are ready, with checksums, in FILE.manifest");
  cli.group("Entries");
  cli.text("--level", settings.level, "LEVEL", "Leave out entries below this level");
  cli.size("--max-value", settings.max_value, "Shorten string values longer than this; 0 for no limit");
  cli.duration("--dedupe", settings.dedupe,
               "Count entries that repeat within this time instead of writing them");
  cli.flag("--redact", settings.redact, "Mask keys, tokens and passwords");
  cli.list("--redact-pattern", settings.redact_patterns, "REGEX", "Mask what this matches, too");
  cli.number("--ring", settings.ring, "N",
             "Keep the last N entries left out in memory, and write them before an error or on SIGUSR2");
  cli.flag("--raw", settings.raw, "Take no notice of entries: write what comes as it is");
  cli.group("Writing");
  cli.duration("--flush-every", settings.flush_every,
               "Write after this time, not as soon as the pipe is empty");
  cli.choice("--sync", settings.sync,
             {{"none", Sync::none}, {"flush", Sync::flush}, {"rotate", Sync::rotate}},
             "When to wait for the disk");
  cli.choice("--on-full", settings.on_full, {{"block", OnFull::block}, {"drop", OnFull::drop}},
             "What to do while the disk is full: stop reading, or drop entries and count them");
  cli.flag("--tee", settings.tee, "Pass what is read on to standard output as well");
  cli.flag("--stats", settings.stats, "Say at the end what was done, as one JSON object on standard error");
  cli.group("Files that others write");
  cli.flag("--once", settings.once, "Rotate each FILE where it is time, apply retention, and end");
  cli.choice("--method", settings.method, {{"copy", OnceMethod::copy}, {"rename", OnceMethod::rename}},
             "How --once rotates: copy and truncate, or rename");
  cli.files("FILE", settings.files, "The log; with --once any number");
}

void check(const Settings& settings) {
  if (settings.files.empty()) throw core::Error{"FILE", "no log is named"};
  for (const std::string& file : settings.files)
    if (file.empty()) throw core::Error{"FILE", "the name of a log is empty"};
  if (settings.max_total != 0 && settings.max_total < least_total)
    throw core::Error{"--max-total",
                      "must be at least " + std::to_string(least_total) + " bytes, or 0 for no limit"};
  if (settings.files.size() > 1 && !settings.once) throw core::Error{settings.files[1], "one log at a time"};
  if (settings.max_size == 0) throw core::Error{"--max-size", "must not be 0"};
  if (!settings.level.empty() && level_named(settings.level) == Level::unknown)
    throw core::Error{"--level", "'" + settings.level +
                                     "' is no level (trace, debug, info, notice, warn, error, fatal)"};
  const bool reads_entries = !settings.level.empty() || settings.dedupe.count() != 0 || settings.redact ||
                             !settings.redact_patterns.empty() || settings.ring != 0;
  if (settings.raw && reads_entries)
    throw core::Error{"--raw",
                      "takes no notice of entries: --level, --dedupe, --redact and --ring do not go with it"};
  if (settings.raw && settings.on_full == OnFull::drop)
    throw core::Error{"--raw", "takes no notice of entries: --on-full drop would cut them"};
  if (settings.ring != 0 && settings.level.empty())
    throw core::Error{"--ring", "keeps what --level leaves out, and --level is not given"};
}

// The file that symbolic links lead to: it is the one that is rotated, and locked. The links to a pipe or a
// device (/dev/stdout) lead to no name.
std::string behind_links(const std::string& file) {
  constexpr int most_links = 40;  // as many as Linux follows
  std::filesystem::path path{file};
  std::error_code failed;
  if (std::filesystem::is_other(path, failed)) return file;
  for (int i = 0; i < most_links && std::filesystem::is_symlink(path, failed); ++i) {
    const std::filesystem::path target = std::filesystem::read_symlink(path, failed);
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return path.string();
}

// What JSON cannot hold no manifest can name.
void require_name_for_json(const std::string& file) {
  if (core::utf8_printable(file) != file)
    throw core::Error{"--manifest", "the name of " + file + " is not UTF-8, which JSON cannot hold"};
}

core::Exit write_log(const Settings& settings, cli::Rollout rollout, Statistics& statistics,
                     cli::Session& session) {
  const std::string& log = settings.files.front();
  if (rollout != cli::Rollout::on)
    return append_as_ever(log, settings, rollout == cli::Rollout::shadow, statistics, session);
  // An entry may take a while to read; what passes as it is should stay in a core's cache.
  Input input{settings.raw ? 1 << 18 : 1 << 20};
  const std::optional<core::FileLock> lock = take_lock(log);
  return settings.raw ? pump_raw(input, settings, statistics, session)
                      : pump_entries(input, settings, statistics, session);
}

core::Exit run(const Settings& given, cli::Session& session) {
  check(given);
  Settings settings = given;
  for (std::string& file : settings.files) {
    file = behind_links(file);
    if (settings.manifest) require_name_for_json(file);
  }
  const cli::Rollout rollout = cli::rollout_of(session, about.older_switch);
  Statistics statistics;
  core::Exit exit = core::Exit::ok;
  if (!settings.once)
    exit = write_log(settings, rollout, statistics, session);
  else if (rollout == cli::Rollout::on)
    exit = rotate_once(settings, statistics, session);
  else if (rollout == cli::Rollout::shadow)
    record_once(settings, session);
  if (settings.stats) session.note(statistics.json());
  return exit;
}

}  // namespace
}  // namespace longhaul

int main(int argc, char** argv) {
  return longhaul::cli::run_tool(argc, argv, longhaul::about, longhaul::options, longhaul::run);
}
