// dbprune: a SQLite database that stays small while everybody keeps writing.
#include <poll.h>

#include <csignal>
#include <filesystem>

#include "cli/rollout.hpp"
#include "cli/tool.hpp"
#include "connection.hpp"
#include "pragma_report.hpp"
#include "prune.hpp"
#include "restore.hpp"
#include "settings.hpp"
#include "store/json_writer.hpp"

namespace longhaul {
namespace {

using namespace dbprune;

constexpr cli::ExitStatus exits[] = {
    {"0", "done"},
    {"1", "out of time (--max-time), or still over --max-size; rows that could not be put back"},
    {"2", "usage, I/O or database trouble: nothing is half-done"},
    {"75", "locked by another process: try later"},
    {"128+N", "ended by signal N, at the end of a transaction"},
};

constexpr cli::Example examples[] = {
    {"dbprune -n tasks.db", "what would go: tasks completed more than 7 days ago, and what refers to them"},
    {"dbprune --table log --age-column at --older-than 30d app.db", "old rows of a table"},
    {"dbprune --max-size 10MB --archive old.jsonl.gz tasks.db", "from cron: within a budget, nothing lost"},
};

constexpr cli::About about{
    .name = "dbprune",
    .summary = "keep a SQLite database small while it is written to",
    .usage = "[OPTIONS] DB...",
    .examples = examples,
    .exits = exits,
};

void describe_rule(cli::Options& cli, Rule& rule) {
  cli.text("--table", rule.table, "TABLE", "The table whose rows are pruned");
  cli.text("--where", rule.where, "SQL", "Only rows for which this expression is true");
  cli.text("--age-column", rule.age_column, "COLUMN", "The column that says how old a row is");
  cli.duration("--older-than", rule.older_than, "Rows older than this go");
  cli.choice("--age-unit", rule.age_unit,
             {{"auto", Unit::automatic},
              {"s", Unit::seconds},
              {"ms", Unit::milliseconds},
              {"us", Unit::microseconds},
              {"ns", Unit::nanoseconds},
              {"text", Unit::text},
              {"julian", Unit::julian}},
             "What the column counts since 1970, text in ISO 8601, or Julian days");
  cli.text("--expired-column", rule.expired_column, "COLUMN",
           "Rows go when the time in this column has passed");
  cli.number("--max-rows", rule.max_rows, "N", "Keep the first N rows in descending order of --order-by");
  cli.text("--order-by", rule.order_by, "COLUMN", "What --max-rows and --max-size go by");
}

void options(cli::Options& cli, Settings& settings) {
  cli.group("What goes");
  describe_rule(cli, settings.rule);
  cli.section("rule", "One rule of several", [&settings](cli::Options& keys) {
    Rule& rule = settings.rules.emplace_back();
    describe_rule(keys, rule);
    keys.number("--priority", rule.priority, "N", "For --max-size: rows of lower priority go first");
  });
  cli.text("--as-of", settings.as_of, "TIME", "Take this for the present time");
  cli.size("--max-size", settings.max_size, "Prune on, oldest first, until the file is within this");
  cli.choice("--on-referenced", settings.on_referenced,
             {{"cascade", OnReferenced::cascade}, {"keep", OnReferenced::keep}, {"fail", OnReferenced::fail}},
             "Rows that refer to one that goes: go too, keep it, or stop the run");
  cli.fraction("--max-fraction", settings.max_fraction, "Stop where more of a table would go");
  cli.flag("--force", settings.force, "Whatever --max-fraction says");
  cli.flag("-n,--dry-run", settings.dry_run, "Say what would go, and change nothing");
  cli.group("Others");
  cli.duration("--max-stall", settings.max_stall, "The longest that others should have to wait for it");
  cli.duration("--busy-timeout", settings.busy_timeout, "Wait this long for others");
  cli.duration("--max-time", settings.max_time, "Stop after this time; the next run goes on");
  cli.flag("--wal", settings.wal, "Switch to write-ahead logging");
  cli.group("Space");
  cli.choice("--vacuum", settings.vacuum,
             {{"auto", Vacuum::automatic},
              {"incremental", Vacuum::incremental},
              {"full", Vacuum::full},
              {"none", Vacuum::none}},
             "How free pages are given back");
  cli.flag("--convert", settings.convert, "Make the file one that can shrink in steps: rewrites it once");
  cli.flag("--rebuild", settings.rebuild, "Copy what stays into a new file, while nobody has it open");
  cli.group("Archive");
  cli.text("--archive", settings.archive, "FILE",
           "Keep rows in FILE (.jsonl.gz, .jsonl, .db) before they go");
  cli.text("--restore", settings.restore, "FILE", "Put archived rows back");
  cli.group("Looking");
  cli.flag("--check", settings.check, "Look for damage first (quick_check)");
  cli.flag("--pragma-report", settings.pragma_report, "Show where the bytes are and what would help");
  cli.choice("-f,--format", settings.format, {{"text", Format::text}, {"json", Format::json}},
             "Format of the result");
  cli.flag("-q,--quiet", settings.quiet, "Say nothing where all is well");
  cli.duration("--every", settings.every, "Run again and again, this long after each beginning");
  cli.files("DB", settings.databases, "The database");
}

void check(const Settings& settings) {
  if (settings.databases.empty()) throw core::Error{"DB", "no database is named"};
  if (settings.max_stall.count() == 0) throw core::Error{"--max-stall", "must not be 0"};
  if (!settings.restore.empty() && settings.databases.size() > 1)
    throw core::Error{"--restore", "takes one database"};
  if (!settings.restore.empty() && settings.dry_run)
    throw core::Error{"--restore", "does not go with --dry-run"};
  if (!settings.archive.empty() && settings.databases.size() > 1)
    throw core::Error{"--archive", "takes one database: its rows do not say which they are of"};
  std::error_code unknown;
  if (std::filesystem::equivalent(settings.archive, settings.databases.front(), unknown))
    throw core::Error{"--archive", settings.archive + " is the database"};
  if (settings.rebuild && settings.max_size != 0)
    throw core::Error{"--rebuild", "does not go with --max-size"};
}

void say(const Result& result, const Settings& settings, cli::Session& session) {
  if (settings.format == Format::json)
    session.print(as_json(result));
  else if (!settings.quiet || result.dry_run)
    session.print(as_text(result));
  session.flush();
}

core::Exit worse(core::Exit a, core::Exit b) { return std::max(a, b); }

core::Exit prune_all(const Settings& settings, cli::Session& session, sys::SignalQueue& signals) {
  core::Exit exit = core::Exit::ok;
  for (const std::string& path : settings.databases) {
    if (exit >= core::Exit::signal_base) break;
    const auto one = [&] {
      const Run run = prune(path, settings, session, signals);
      say(run.result, settings, session);
      exit = worse(exit, run.exit);
    };
    // A single one's error is the run's; of several, each has its turn.
    if (settings.databases.size() == 1)
      one();
    else
      session.try_each(path, one);
  }
  return exit;
}

// Nobody is told and nobody waits: what would have failed is recorded as well.
void look_in_shadow(Settings settings, cli::Session& session, sys::SignalQueue& signals) {
  constexpr std::chrono::milliseconds patience{250};
  settings.dry_run = settings.quiet = true;
  settings.busy_timeout = patience;
  for (const std::string& path : settings.databases) {
    try {
      cli::record_shadow(session, as_json(prune(path, settings, session, signals).result));
    } catch (const core::Error& error) {
      store::JsonWriter json;
      json.begin_object().member("database", path).member("failed", error.reason);
      cli::record_shadow(session, json.end_object().text());
    }
  }
}

core::Exit report_all(const Settings& settings, cli::Session& session) {
  const auto report = [&](const std::string& path) {
    session.print(pragma_report(open_database(path, settings, true)));
  };
  if (settings.databases.size() == 1)
    report(settings.databases.front());
  else
    for (const std::string& path : settings.databases) session.try_each(path, [&] { report(path); });
  return core::Exit::ok;
}

// Until a signal ends it. A run that failed is told of, and does not end it.
core::Exit prune_every(const Settings& settings, cli::Session& session, sys::SignalQueue& signals) {
  using Steady = std::chrono::steady_clock;
  while (true) {
    const auto next = Steady::now() + settings.every;
    core::Exit exit = core::Exit::ok;
    session.try_each("", [&] { exit = prune_all(settings, session, signals); });
    if (exit >= core::Exit::signal_base) return exit;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Steady::now()).count();
    pollfd waiting{signals.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(std::clamp<long long>(left, 0, INT_MAX)));
    if (const auto signal = signals.next()) return core::ended_by(*signal);
  }
}

core::Exit run(const Settings& settings, cli::Session& session) {
  check(settings);
  if (settings.pragma_report) return report_all(settings, session);
  sys::SignalQueue signals{SIGTERM, SIGINT, SIGHUP};
  // Looking, and putting back, are asked for by people, whatever the tool does by itself.
  if (!settings.restore.empty()) return restore(settings, session, signals);
  const cli::Rollout rollout = cli::rollout_of(session);
  if (rollout == cli::Rollout::shadow) look_in_shadow(settings, session, signals);
  if (rollout != cli::Rollout::on && !settings.dry_run) return core::Exit::ok;
  return settings.every.count() == 0 ? prune_all(settings, session, signals)
                                     : prune_every(settings, session, signals);
}

}  // namespace
}  // namespace longhaul

int main(int argc, char** argv) {
  return longhaul::cli::run_tool(argc, argv, longhaul::about, longhaul::options, longhaul::run);
}
