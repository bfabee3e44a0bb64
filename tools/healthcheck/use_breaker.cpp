#include "use_breaker.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/nearest.hpp"
#include "history_file.hpp"
#include "store/json_writer.hpp"

namespace longhaul::healthcheck {
namespace {

enum class BreakerUse { allow, status, reset, record_ok, record_fail };

BreakerUse use_of(const std::vector<std::string>& words) {
  std::string typed;
  for (const auto& word : words) typed += (typed.empty() ? "" : " ") + word;
  constexpr std::array<std::pair<std::string_view, BreakerUse>, 5> uses{{
      {"allow", BreakerUse::allow},
      {"status", BreakerUse::status},
      {"reset", BreakerUse::reset},
      {"record ok", BreakerUse::record_ok},
      {"record fail", BreakerUse::record_fail},
  }};
  std::vector<std::string_view> names;
  for (const auto& [name, use] : uses) {
    if (name == typed) return use;
    names.push_back(name);
  }
  throw core::Error{typed, "is nothing to do with a breaker: allow, status, reset, record ok, record fail" +
                               cli::suggestion(typed, names)};
}

std::string text_of(const Breaker& breaker) {
  std::string text = breaker.name + ": " + std::string{name_of(breaker.state)} + ", " +
                     std::to_string(breaker.failures) + (breaker.failures == 1 ? " failure" : " failures") +
                     " in a row";
  if (breaker.escalated)
    text += ", " + std::to_string(breaker.same) + " of the same kind: stop, and have it looked at";
  return text;
}

std::string json_of(const Breaker& breaker) {
  store::JsonWriter json;
  json.begin_object()
      .member("breaker", std::string_view{breaker.name})
      .member("state", name_of(breaker.state))
      .member("failures", breaker.failures)
      .member("failure", std::string_view{breaker.failure})
      .member("same", breaker.same)
      .member("escalated", breaker.escalated);
  return json.end_object().text();
}

// 0 closed, 1 open, 2 where it is of no use to wait.
core::Exit exit_of(const Breaker& breaker) {
  if (breaker.escalated) return core::Exit::critical;
  return breaker.state == BreakerState::closed ? core::Exit::ok : core::Exit::warning;
}

// True where the work may be tried.
bool apply(BreakerUse use, Breaker& breaker, const Settings& settings) {
  BreakerRules rules = settings.breaker_rules;
  rules.cool_down = std::chrono::floor<std::chrono::milliseconds>(settings.cool_down);
  const auto now = now_in_milliseconds();
  switch (use) {
    case BreakerUse::allow: return allow(breaker, now, rules);
    case BreakerUse::status: break;
    case BreakerUse::reset:
    case BreakerUse::record_ok: record_success(breaker, now); break;
    case BreakerUse::record_fail: record_failure(breaker, now, settings.failure, rules); break;
  }
  return true;
}

}  // namespace

core::Exit use_breaker(const Settings& settings, cli::Session& session, Telling telling) {
  const BreakerUse use = use_of(settings.words);
  const auto path = history_path(settings);
  History history{path, {.keep = History::keep_all, .patience = settings.timeout}};
  const Breaker before = history.breaker(settings.breaker);
  Breaker breaker = before;
  const bool is_allowed = apply(use, breaker, settings);
  const bool is_to_be_kept = use != BreakerUse::status && (use != BreakerUse::allow || breaker != before);
  // A breaker that forgets, or that nobody can tell anything, would let everything through; who resets it
  // knows what to do with a file that tells nothing.
  const bool is_known = history.is_known() || (use == BreakerUse::reset && history.is_writable());
  if (is_to_be_kept && is_known) history.set(breaker);
  const bool is_kept = !is_to_be_kept || (is_known && history.save());
  report_problems(history, path, session);
  if (!is_known) throw core::Error{path, "the breaker's state is not known"};
  if (!is_kept || (use == BreakerUse::allow && !history.is_writable()))
    throw core::Error{path, "the breaker's state is not kept"};
  const bool is_told = telling == Telling::yes;
  if (use == BreakerUse::status) {
    if (is_told)
      session.print((settings.format == Format::json ? json_of(breaker) : text_of(breaker)) + '\n');
    return exit_of(breaker);
  }
  if (use == BreakerUse::record_fail && breaker.escalated && is_told && !settings.quiet)
    session.note(text_of(breaker));
  return is_allowed ? core::Exit::ok : exit_of(breaker);
}

}  // namespace longhaul::healthcheck
