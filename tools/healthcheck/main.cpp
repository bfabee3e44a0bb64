// healthcheck: a gate that measures, remembers, predicts, advises, and answers by exit code.
#include <csignal>

#include "cli/config_text.hpp"
#include "cli/rollout.hpp"
#include "cli/tool.hpp"
#include "gate.hpp"
#include "output.hpp"
#include "predict.hpp"
#include "settings.hpp"
#include "shadow_report.hpp"
#include "store/json_writer.hpp"
#include "sys/signal_queue.hpp"
#include "use_breaker.hpp"
#include "watch.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr cli::ExitStatus exits[] = {
    {"0", "ok; --breaker allow: go on"},
    {"1", "warning; --breaker allow: not now"},
    {"2", "critical; --breaker allow: no more, it has to be looked at"},
    {"3", "unknown: a check could not be made; usage errors too"},
    {"128+N", "--watch was ended by signal N"},
};

constexpr cli::Example examples[] = {
    {"healthcheck --pid 4711 --log 'logs/*.jsonl' --database tasks.db || exit $?",
     "a gate before the next task"},
    {"eval \"$(healthcheck --config health.toml --format shell)\"",
     "HEALTH, THROTTLE, MAX_AGENTS and more as variables"},
    {"healthcheck --breaker codex allow && codex exec task.md", "only while the breaker lets it"},
};

constexpr cli::About about{
    .name = "healthcheck",
    .summary = "measure, remember and foresee how a long-running job is, and answer by exit code",
    .usage = "[OPTIONS] [WORD...]",
    .examples = examples,
    .role = cli::Role::gate,
    .exits = exits,
};

void check(const Settings& settings) {
  if (!settings.words.empty() && settings.breaker.empty() && !settings.shadow_report)
    throw core::Error{settings.words.front(), "unexpected operand: it goes with --breaker NAME"};
  if (settings.shadow_report && !settings.breaker.empty())
    throw core::Error{"--shadow-report", "does not go with --breaker"};
  if (settings.timeout.count() == 0) throw core::Error{"--timeout", "must not be 0"};
  if (settings.keep == 0) throw core::Error{"--keep", "must not be 0"};
  if (settings.breaker_rules.failures == 0) throw core::Error{"--breaker-failures", "must not be 0"};
  if (settings.horizon < 0) throw core::Error{"--horizon", "must not be below 0"};
  if (settings.agents == 0) throw core::Error{"--agents", "must not be 0"};
  if (settings.pid < 0) throw core::Error{"--pid", "must be above 0"};
  if (settings.pid != 0 && !settings.scope.empty()) throw core::Error{"--pid", "does not go with --scope"};
  if (settings.warning > settings.critical) throw core::Error{"--warning", "is above --critical"};
}

core::Exit print_config(cli::Session& session) {
  Settings plain;
  cli::Options options;
  describe(options, plain);
  session.print("# healthcheck --config FILE: what is commented out is so by default.\n\n" +
                cli::config_text(options));
  return core::Exit::ok;
}

// For programs, which read an answer; people have nothing to read.
core::Exit say_ok(const Settings& settings, cli::Session& session) {
  if (settings.words.empty() && settings.format != Format::text)
    (void)put_out(all_is_well(settings), settings, session);
  return core::Exit::ok;
}

// What would have been answered is recorded. Nothing of it may disturb.
core::Exit shadow(const Settings& settings, cli::Session& session) {
  try {
    std::string line;
    if (settings.words.empty()) {
      line = as_json(Gate{settings}.look(settings, session, Telling::no), false);
      line.pop_back();
    } else {
      store::JsonWriter json;
      json.begin_object().member("breaker", std::string_view{settings.breaker});
      json.member("word", std::string_view{settings.words.front()});
      const auto exit = use_breaker(settings, session, Telling::no);
      line = json.member("exit", static_cast<std::uint64_t>(exit)).end_object().text();
    }
    cli::record_shadow(session, line);
  } catch (const core::Error& error) {
    session.warn(error.subject, error.reason);
  }
  return say_ok(settings, session);
}

core::Exit run(const Settings& settings, cli::Session& session) {
  if (settings.print_config) return print_config(session);
  check(settings);
  if (settings.predict) return predict(settings, session);
  if (settings.shadow_report) return shadow_report(settings, session);
  const auto rollout = cli::rollout_of(session);
  if (rollout == cli::Rollout::off) return say_ok(settings, session);
  if (rollout == cli::Rollout::shadow) return shadow(settings, session);
  if (!settings.words.empty()) return use_breaker(settings, session);
  Gate gate{settings};
  if (settings.watch.count() != 0 && !settings.once) return watch(gate, settings, session);
  const Report report = gate.look(settings, session);
  sys::SignalQueue signals{SIGTERM, SIGINT, SIGHUP};
  const auto signal = run_hook(report, settings, signals, session);
  const bool is_out = put_out(report, settings, session);
  if (signal) return core::ended_by(*signal);
  return exit_of(is_out ? report.level : worse(report.level, Level::unknown));
}

}  // namespace
}  // namespace longhaul::healthcheck

int main(int argc, char** argv) {
  using namespace longhaul;
  return cli::run_tool(argc, argv, healthcheck::about, healthcheck::describe, healthcheck::run);
}
