#include "memory.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "store/database.hpp"

namespace longhaul::errsum {
namespace {

using store::Database;
using store::Statement;

constexpr std::int64_t version = 1;
constexpr std::int64_t most_failures = 100'000;
constexpr std::int64_t most_runs = 1000;
constexpr std::size_t most_examples = 5;
constexpr std::size_t most_tried = 5;
constexpr std::chrono::seconds patience{5};

// `accepted` occurrences of `count`; `streak` is the number of runs in a row up to `last_run`.
constexpr std::string_view schema = R"(
  CREATE TABLE IF NOT EXISTS failures (
    fingerprint INTEGER PRIMARY KEY, what TEXT NOT NULL, count INTEGER NOT NULL, accepted INTEGER NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, last_run INTEGER NOT NULL,
    runs INTEGER NOT NULL, streak INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS failures_by_run ON failures (last_run);
  CREATE TABLE IF NOT EXISTS runs (
    run INTEGER PRIMARY KEY, time INTEGER NOT NULL, total INTEGER NOT NULL, suggestion TEXT NOT NULL);
  PRAGMA user_version = 1)";

struct Failure {
  std::string what;  // for people
  std::uint64_t count = 0;
};
// What the memory has of one; nothing where it is not known.
struct Known {
  std::int64_t count = 0, accepted = 0, last_run = -1, streak = 0;
};
using Failures = std::map<std::int64_t, Failure>;  // by fingerprint

// "line 12" moves as lines do, "utf8" does not.
std::string without_numbers(std::string_view text) {
  std::string plain;
  bool in_word = false;
  for (const char c : text) {
    const bool is_digit = core::is_digit(c);
    if (!is_digit || in_word)
      plain += c;
    else if (plain.empty() || plain.back() != '#')
      plain += '#';
    if (!is_digit) in_word = core::is_letter(c) || c == '_';
  }
  return plain;
}

void add(Failures& failures, std::initializer_list<std::string_view> parts, std::string what,
         std::uint64_t count) {
  std::uint64_t fingerprint = 0;
  for (const auto part : parts) fingerprint = core::hash(part, fingerprint + 1);
  auto& failure = failures[static_cast<std::int64_t>(fingerprint)];
  failure.count += count;
  if (failure.what.empty()) failure.what = std::move(what);
}

std::string text_of(const diag::Summary::Finding& finding) {
  std::string text = finding.code;
  const auto append = [&](std::string_view separator, const std::string& part) {
    if (!part.empty()) text.append(text.empty() ? "" : separator).append(part);
  };
  append(" ", finding.name);
  append(" ", finding.file);
  append(": ", finding.message.substr(0, finding.message.find('\n')));
  return text;
}

// What was not understood is a failure like any other, so that it can be accepted; it is never hidden.
Failures failures_of(const diag::Summary& summary) {
  Failures failures;
  for (const auto& finding : summary.findings)
    add(failures, {finding.tool, finding.code, finding.file, finding.name, without_numbers(finding.message)},
        text_of(finding), finding.count);
  if (summary.unlisted() != 0) add(failures, {"unlisted"}, "findings that found no room", summary.unlisted());
  if (!summary.recognised) {
    for (const auto& unknown : summary.unknown)
      add(failures, {"unknown", without_numbers(unknown.example)}, unknown.example, unknown.count);
    if (!summary.unfinished.empty())
      add(failures, {"unfinished", summary.unfinished}, summary.unfinished + " did not come to its end", 1);
    if (summary.silent_status)
      add(failures, {"status", std::to_string(*summary.silent_status)},
          "the command ends with status " + std::to_string(*summary.silent_status), 1);
  }
  return failures;
}

class Memory {
 public:
  Memory(const MemoryUse& use, std::int64_t now)
      : database_{use.path, Database::Mode::create, patience}, use_{use}, now_{now} {}

  diag::Recalled remember(const diag::Summary& summary) {
    store::WriteTransaction transaction{database_};
    prepare();
    const std::int64_t run = database_.number("SELECT coalesce(max(run), 0) FROM runs") + 1;
    const Failures failures = failures_of(summary);
    diag::Recalled recalled;
    recalled.gone = static_cast<std::uint64_t>(database_.number(
        "SELECT coalesce(sum(count), 0) FROM failures WHERE last_run = " + std::to_string(run - 1)));
    Statement find{database_, "SELECT count, accepted, last_run, streak FROM failures WHERE fingerprint = ?"};
    Statement keep{database_,
                   "INSERT INTO failures VALUES (?1, ?2, ?3, 0, ?4, ?4, ?5, 1, 1) ON CONFLICT (fingerprint) "
                   "DO UPDATE SET count = ?3, last_seen = ?4, last_run = ?5, runs = runs + 1, streak = ?6"};
    for (const auto& [fingerprint, failure] : failures) {
      find.bind(1, fingerprint);
      const Known known =
          find.step() ? Known{find.integer(0), find.integer(1), find.integer(2), find.integer(3)} : Known{};
      find.reset();
      const std::int64_t streak = weigh(failure, known, run, recalled);
      keep.bind(1, fingerprint).bind(2, failure.what).bind(3, static_cast<std::int64_t>(failure.count));
      keep.bind(4, now_).bind(5, run).bind(6, streak).run();
    }
    if (recalled.streak >= use_.escalate_after && use_.escalate_after != 0) {
      recalled.escalate = true;
      recalled.tried = tried(run, recalled.streak);
    }
    if (use_.takes_baseline || (use_.gates && recalled.fresh == 0)) accept(run);
    note_run(run, summary);
    forget(run);
    transaction.commit();
    return recalled;
  }

 private:
  void prepare() const {
    // What SQLite keeps of its own, ANALYZE's numbers, may be in it.
    constexpr auto others = "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT IN ('failures', 'runs') "
                            "AND tbl_name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    if (database_.number(others) != 0) throw core::Error{use_.path, "is another program's database"};
    const std::int64_t found = database_.number("PRAGMA user_version");
    if (found > version) throw core::Error{use_.path, "is of a later version of errsum"};
    if (found < version) database_.run(std::string{schema});
  }

  // Its streak, this run included.
  std::int64_t weigh(const Failure& failure, const Known& known, std::int64_t run,
                     diag::Recalled& recalled) const {
    const auto count = static_cast<std::int64_t>(failure.count);
    const bool was_in_last = known.last_run == run - 1;
    // One that is like an accepted one is new, whatever the runs of that one were.
    const std::int64_t streak = was_in_last && known.count > known.accepted ? known.streak + 1 : 1;
    const std::int64_t reference = use_.gates ? known.accepted : known.count;
    const auto fresh = static_cast<std::uint64_t>(std::max<std::int64_t>(0, count - reference));
    recalled.fresh += fresh;
    recalled.seen += failure.count - fresh;
    if (was_in_last) recalled.gone -= static_cast<std::uint64_t>(std::min(known.count, count));
    if (fresh != 0 && recalled.examples.size() < most_examples) recalled.examples.push_back(failure.what);
    // What was accepted need not be mended.
    if (count > known.accepted)
      recalled.streak = std::max(recalled.streak, static_cast<std::uint64_t>(streak));
    return streak;
  }

  void accept(std::int64_t run) const {
    Statement{database_, "UPDATE failures SET accepted = CASE WHEN last_run = ? THEN count ELSE 0 END"}
        .bind(1, run)
        .run();
  }

  // What was advised in the runs of the streak before this one, the latest first.
  [[nodiscard]] std::vector<std::string> tried(std::int64_t run, std::uint64_t streak) const {
    Statement statement{database_,
                        "SELECT suggestion FROM runs WHERE run >= ? AND suggestion <> '' GROUP BY suggestion "
                        "ORDER BY max(run) DESC LIMIT ?"};
    statement.bind(1, run - static_cast<std::int64_t>(streak) + 1);
    statement.bind(2, static_cast<std::int64_t>(most_tried));
    std::vector<std::string> all;
    while (statement.step()) all.emplace_back(statement.text(0));
    return all;
  }

  void note_run(std::int64_t run, const diag::Summary& summary) const {
    Statement{database_, "INSERT INTO runs VALUES (?, ?, ?, ?)"}
        .bind(1, run)
        .bind(2, now_)
        .bind(3, static_cast<std::int64_t>(summary.total))
        .bind(4, summary.suggestion)
        .run();
  }

  // What was accepted is what the gate stands on: it goes last.
  void forget(std::int64_t run) const {
    const auto age = std::chrono::floor<std::chrono::milliseconds>(use_.keep).count();
    if (age != 0)
      Statement{database_, "DELETE FROM failures WHERE last_seen < ? AND accepted = 0"}
          .bind(1, now_ - age)
          .run();
    Statement{database_,
              "DELETE FROM failures WHERE fingerprint IN (SELECT fingerprint FROM failures ORDER BY "
              "accepted > 0 DESC, last_seen DESC LIMIT -1 OFFSET ?)"}
        .bind(1, most_failures)
        .run();
    Statement{database_, "DELETE FROM runs WHERE run <= ?"}.bind(1, run - most_runs).run();
  }

  Database database_;
  const MemoryUse& use_;
  std::int64_t now_;  // milliseconds since 1970
};

}  // namespace

diag::Recalled remember(const diag::Summary& summary, const MemoryUse& use) {
  const auto now =
      std::chrono::floor<std::chrono::milliseconds>(core::system_time().time_since_epoch()).count();
  return Memory{use, now}.remember(summary);
}

}  // namespace longhaul::errsum
