#include "base/number_text.hpp"
#include "settings.hpp"

namespace longhaul::healthcheck {
namespace {

// "warning" and "critical" of each of the check's measures, the wal's being "wal-warning".
void describe_limits(cli::Options& keys, const Check& check, Target& target) {
  for (std::size_t at = 0; at < check.measures.size(); ++at) {
    const Measure& measure = check.measures[at];
    const auto parse = [unit = measure.unit](std::string_view text) {
      return text == "none" ? core::Result<double>{no_limit} : parse_limit(text, unit);
    };
    const auto show = [unit = measure.unit](double value) { return show_limit(value, unit); };
    keys.quantity(measure.warning_option, target.limits[at].warning, value_name_of(measure.unit), parse, show,
                  measure.what);
    keys.quantity(measure.critical_option, target.limits[at].critical, value_name_of(measure.unit), parse,
                  show, "Likewise");
    if (check.name == "memory")
      keys.quantity("--alert", target.limits[at].alert, "BYTES", parse, show,
                    "Beyond this it is to be started anew");
  }
}

void describe_section(cli::Options& keys, const Check& check, Settings& settings) {
  Target& target = settings.sections.emplace_back(check);
  if (!check.key.empty()) keys.text(check.key, target.what, check.key_value, check.key_help);
  if (check.name == "database")
    keys.text("--table", target.table, "TABLE", "Count the rows of this table, too");
  if (check.name == "metric") {
    keys.text("--command", target.command, "CMD", "A shell command that prints one number");
    keys.flag("--below", target.below, "The limits are least values");
  }
  describe_limits(keys, check, target);
}

void describe_checks(cli::Options& cli, Settings& settings) {
  cli.group("What is checked");
  cli.number("-p,--pid", settings.pid, "PID",
             "This process and all below it; the caller where nothing is named");
  cli.text("--scope", settings.scope, "NAME", "The processes of a proctrack scope");
  cli.text("--state", settings.state, "DIR", "Where proctrack keeps its scopes");
  cli.size("-b,--budget", settings.budget, "Memory of the tree");
  cli.fraction("-w,--warning", settings.warning, "Of the budget");
  cli.fraction("-c,--critical", settings.critical, "Of the budget");
  cli.list("--log", settings.logs, "PATTERN", "Size and growth of logs");
  cli.list("--database", settings.databases, "FILE",
           "Size, write-ahead log and free pages of a SQLite database");
  cli.list("--temp", settings.temps, "DIR", "Size and number of temporary files");
  cli.list("--disk", settings.disks, "PATH", "Space and inodes of a file system");
  cli.list("--heartbeat", settings.heartbeats, "FILE", "Age of a file that is touched");
  cli.list("--exit", settings.exits, "SCOPE", "How a proctrack scope ended last");
  cli.list("--metric", settings.metrics, "NAME[:WARNING[:CRITICAL]]=CMD", "A number that a command prints");
  cli.flag("--load", settings.load, "Load of the machine for each processor");
  cli.flag("--pressure", settings.pressure, "Time in which tasks wait for processors, memory, disks");
  cli.list("--skip", settings.skip, "CHECK", "Leave a check out");
  cli.duration("-t,--timeout", settings.timeout, "For each check; what does not answer is unknown");
  for (const auto& check : all_checks())
    cli.section(check.name, check.help,
                [&check, &settings](cli::Options& keys) { describe_section(keys, check, settings); });
}

void describe_trend(cli::Options& cli, Settings& settings) {
  const auto parse = [](std::string_view text) { return parse_limit(text, Unit::number); };
  const auto show = [](double value) { return show_limit(value, Unit::number); };
  cli.group("Memory and trend");
  cli.text("--history", settings.history, "FILE", "Remember what was seen, for trends, alerts and breakers");
  cli.number("--keep", settings.keep, "N", "Samples that are kept at least");
  cli.quantity("--horizon", settings.horizon, "SAMPLES", parse, show,
               "Warn where a critical limit will be passed within so many samples");
  cli.choice("--method", settings.method, {{"shape", Method::shape}, {"linear", Method::linear}},
             "How it is foreseen: by the shape of the series, or a line through ten samples");
  cli.flag("--explain", settings.explain, "Say why a limit is expected to be passed, or not");
  cli.flag("--predict", settings.predict, "A filter: lines \"TIME VALUE\" in, samples to the limit out");
  cli.quantity(
      "--limit", settings.limit, "NUMBER", parse,
      [](double value) { return value == value ? core::number_text(value) : std::string{}; },
      "For --predict");
  cli.flag("--below", settings.below, "For --predict: the limit is a least value");
}

void describe_actions(cli::Options& cli, Settings& settings) {
  cli.group("What follows");
  cli.number("--agents", settings.agents, "N", "Agents that run where all is well");
  cli.text("--confirm", settings.confirm, "N/M", "A level counts when N of the last M samples have it");
  cli.text("--on-warning", settings.hooks.on_warning, "CMD", "Run this once the level has become warning");
  cli.text("--on-critical", settings.hooks.on_critical, "CMD", "Run this once it has become critical");
  cli.text("--on-recover", settings.hooks.on_recover, "CMD", "Run this once all is well again");
  cli.duration("--hook-timeout", settings.hooks.timeout, "End such a command after this time");
  cli.text("--breaker", settings.breaker, "NAME",
           "A circuit breaker: opened where the level is critical, and see WORD");
  cli.number("--breaker-failures", settings.breaker_rules.failures, "N", "Failures in a row that open it");
  cli.duration("--breaker-cooldown", settings.cool_down, "Time until one trial is let through");
  cli.text("--failure", settings.failure, "HASH",
           "For record fail: what kind of failure; three in a row escalate");
  cli.flag("--shadow-report", settings.shadow_report,
           "Add up what tools recorded in the shadow: what they would have saved and stopped");
  cli.files("WORD", settings.words,
            "With --breaker: allow, status, reset, record ok, record fail; with --shadow-report: files");
}

}  // namespace

void describe(cli::Options& cli, Settings& settings) {
  describe_checks(cli, settings);
  describe_trend(cli, settings);
  describe_actions(cli, settings);
  cli.group("Output");
  cli.choice("-f,--format", settings.format,
             {{"text", Format::text},
              {"json", Format::json},
              {"nagios", Format::nagios},
              {"openmetrics", Format::openmetrics},
              {"prometheus", Format::prometheus},
              {"shell", Format::shell},
              {"github", Format::github},
              {"html", Format::html}},
             "How the result is written");
  cli.text("-o,--output", settings.output, "FILE", "Replace this file with the result, at one stroke");
  cli.duration("--watch", settings.watch, "Look again and again, this long after each beginning");
  cli.flag("--once", settings.once, "Look once, whatever the configuration says");
  cli.flag("-q,--quiet", settings.quiet, "Print nothing where all is well");
  cli.flag("--print-config", settings.print_config, "Print a commented configuration and end");
}

}  // namespace longhaul::healthcheck
