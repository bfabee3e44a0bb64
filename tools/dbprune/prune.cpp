#include "prune.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <optional>

#include "age.hpp"
#include "archive.hpp"
#include "base/error.hpp"
#include "base/size.hpp"
#include "cli/progress.hpp"
#include "connection.hpp"
#include "rebuild.hpp"
#include "space.hpp"

namespace longhaul::dbprune {
namespace {

using Steady = std::chrono::steady_clock;

// Those of the command line and the file; where there are none, the one for a table of tasks, if the schema
// has it. Throws core::Error where there is nothing to go by.
std::deque<Rule> rules_of(const Settings& settings, const Schema& schema) {
  std::deque<Rule> rules = settings.rules;
  const Rule& given = settings.rule;
  const bool any = !given.table.empty() || !given.where.empty() || !given.age_column.empty() ||
                   given.older_than.count() != 0 || !given.expired_column.empty() || given.max_rows != 0;
  if (any) rules.push_back(given);
  if (!rules.empty()) return rules;
  const auto tasks = schema.find("tasks");
  if (!tasks || schema.tables[*tasks].column("status") == nullptr ||
      schema.tables[*tasks].column("completed_at") == nullptr)
    throw core::Error{"--table",
                      "is not given, and there is no table tasks with status and completed_at to go by"};
  Rule usual;
  usual.table = "tasks";
  usual.where = "status = 'completed'";
  usual.age_column = "completed_at";
  usual.older_than = std::chrono::days{7};
  return {usual};
}

std::vector<BoundRule> bound_rules(const store::Database& database, const Schema& schema,
                                   const std::deque<Rule>& rules, core::Time as_of, bool to_budget) {
  std::vector<BoundRule> bound;
  bound.reserve(rules.size());
  for (const Rule& rule : rules) bound.push_back(bind_rule(database, schema, rule, as_of, to_budget));
  return bound;
}

// Of the tables that rules are about: what goes with their rows goes for a reason of its own.
void check_fraction(const store::Database& database, const Schema& schema,
                    const std::vector<BoundRule>& rules, const Plan& plan, const Settings& settings) {
  const double most = settings.max_fraction;
  if (settings.force) return;
  for (const BoundRule& rule : rules) {
    const Table& table = schema.tables[rule.table];
    const auto all = static_cast<std::uint64_t>(database.number("SELECT count(*) FROM " + main_table(table)));
    const std::uint64_t rows = plan.rows(rule.table);
    if (static_cast<double>(rows) <= most * static_cast<double>(all)) continue;
    throw core::Error{table.name, "would lose " + std::to_string(rows) + " of " + std::to_string(all) +
                                      " rows, more than --max-fraction allows (--force does it)"};
  }
}

// About what the rows take, from the pages of their tables and indexes.
std::uint64_t bytes_of_rows(const store::Database& database, const Table& table, std::uint64_t rows) {
  const std::string pages =
      "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name IN (SELECT name FROM "
      "main.sqlite_schema WHERE tbl_name = ?1)";
  if (!database.knows(pages)) return 0;
  store::Statement size{database, pages};
  size.bind(1, table.name);
  const double bytes = size.step() ? size.real(0) : 0;
  const auto all = static_cast<double>(
      std::max<std::int64_t>(database.number("SELECT count(*) FROM " + main_table(table)), 1));
  return static_cast<std::uint64_t>(bytes * static_cast<double>(rows) / all);
}

void note_plan(Result& result, const Schema& schema, const Plan& plan) {
  for (const auto& [key, rows] : plan.held_back()) {
    const ForeignKey& foreign = schema.foreign_keys[key];
    result.held_back.push_back(
        {schema.tables[foreign.child].name + "." + foreign.child_columns.front(), rows});
  }
}

void note_units(Result& result, const Schema& schema, const std::vector<BoundRule>& rules) {
  for (const BoundRule& each : rules) {
    if (each.unit == Unit::automatic) continue;
    const std::string& column =
        each.rule->age_column.empty() ? each.rule->expired_column : each.rule->age_column;
    result.units.push_back(schema.tables[each.table].name + "." + column + ": " +
                           std::string{name_of(each.unit)});
  }
}

// While one lives, statements end where it says so.
class Interruptible {
 public:
  Interruptible(const store::Database& database, const std::function<bool()>& stop) : database_{database} {
    database.interrupt_when(&stop);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
  ~Interruptible() { database_.interrupt_when(nullptr); }

 private:
  const store::Database& database_;
};

// The run over a database that is opened.
class Pruning {
 public:
  Pruning(const store::Database& database, const Settings& settings, cli::Session& session,
          sys::SignalQueue& signals)
      : database_{database}, settings_{settings}, session_{session}, schema_{read_schema(database)},
        rules_{rules_of(settings, schema_)}, as_of_{settings.as_of.empty() ? core::system_time()
                                                                           : parse_time(settings.as_of)},
        bound_{bound_rules(database, schema_, rules_, as_of_, settings.max_size != 0)}, begun_{Steady::now()},
        pace_{database, signals, stall()}, progress_{session, !settings.quiet},
        deleted_(schema_.tables.size()) {
    result_.database = database.path();
    result_.bytes_before = file_size(database.path());
    result_.missing_indexes = missing_indexes(schema_);
    note_units(result_, schema_, bound_);
  }

  Run dry() {
    if (settings_.max_size != 0 && !settings_.quiet)
      session_.warn(database_.path(), "--max-size is not part of a dry run");
    Plan plan = made_plan(true);
    result_.dry_run = true;
    note_plan(result_, schema_, plan);
    for (std::size_t i = 0; i < schema_.tables.size(); ++i)
      if (plan.rows(i) != 0)
        result_.tables.push_back({schema_.tables[i].name, plan.rows(i), plan.rows_of_rules(i),
                                  bytes_of_rows(database_, schema_.tables[i], plan.rows(i))});
    return ended();
  }

  Run rebuilt() {
    const Alone alone{database_};
    Plan plan = made_plan(true);
    check_fraction(database_, schema_, bound_, plan, settings_);
    note_plan(result_, schema_, plan);
    rebuild(database_, schema_, plan, settings_.archive);
    for (std::size_t i = 0; i < schema_.tables.size(); ++i) deleted_[i] = plan.rows(i);
    return ended();
  }

  Run pruned() {
    std::optional<Plan> made = plan_unless_stopped();
    if (!made) return ended();
    Plan& plan = *made;
    if (has_triggers_that_delete()) enforce_foreign_keys();
    check_fraction(database_, schema_, bound_, plan, settings_);
    note_plan(result_, schema_, plan);
    if (!settings_.archive.empty()) archive_ = open_archive(settings_.archive);
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < schema_.tables.size(); ++i) expected += plan.rows(i);
    progress_.expect(expected);
    Pruner pruner = made_pruner(plan);
    for (std::size_t i = 0; i < bound_.size() && !pace_.stopped(); ++i) pruner.run(bound_[i], i);
    take_counts(pruner);
    shrink();
    return ended();
  }

 private:
  Stall stall() const {
    Stall stall{settings_.max_stall, settings_.busy_timeout, {}};
    if (settings_.max_time.count() != 0) stall.end = begun_ + settings_.max_time;
    return stall;
  }

  // Nothing where a signal or the end of its time came first.
  std::optional<Plan> plan_unless_stopped() {
    const std::function<bool()> stop = [this] { return pace_.must_stop(); };
    const Interruptible interruptible{database_, stop};
    try {
      return made_plan(false);
    } catch (const store::DatabaseError& error) {
      if (error.code != SQLITE_INTERRUPT) throw;
      return std::nullopt;
    }
  }

  // Rows that triggers delete or change are in no plan.
  bool has_triggers_that_delete() const {
    return !schema_.foreign_keys.empty() &&
           database_.number("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND (sql LIKE "
                            "'%BEGIN%DELETE%FROM%' OR "
                            "sql LIKE '%BEGIN%UPDATE %' OR sql LIKE '%BEGIN%REPLACE%')") != 0;
  }

  // SQLite looks after them then, at the end of each transaction: slow where indexes are missing.
  void enforce_foreign_keys() {
    database_.run("PRAGMA foreign_keys = ON");
    enforced_ = true;
  }

  Plan made_plan(bool list_all) {
    Plan plan{database_, schema_, settings_.on_referenced, list_all};
    for (std::size_t i = 0; i < bound_.size(); ++i)
      if (!bound_[i].selection.empty()) plan.add(bound_[i].table, bound_[i].selection, i);
    plan.close();
    return plan;
  }

  Pruner made_pruner(Plan& plan) {
    pace_.on_begin([this, &plan] {
      plan.look_for_new_references();
      if (enforced_) database_.run("PRAGMA defer_foreign_keys = ON");
    });
    pace_.before_commit([this, &plan] {
      plan.note_highest_rowids();
      if (archive_) archive_->sync();
    });
    Pruner::Archive archive;
    if (archive_)
      archive = [this](std::size_t table, const std::vector<store::Value>& key,
                       const std::vector<store::Value>& values) {
        archive_->add(schema_.tables[table], key, values);
      };
    return {database_, schema_, plan,
            pace_,     archive, [this](std::uint64_t rows) { progress_.reached(rows); }};
  }

  void take_counts(const Pruner& pruner) {
    for (std::size_t i = 0; i < deleted_.size(); ++i) deleted_[i] += pruner.deleted()[i];
    result_.changed_meanwhile += pruner.changed_meanwhile();
    result_.refused += pruner.refused();
  }

  // What others have added meanwhile is pruned too, as long as that gets somewhere.
  void shrink() {
    const int most_rounds = settings_.vacuum == Vacuum::full ? 1 : 5;  // a whole one takes long
    for (int round = 0; round < most_rounds; ++round) {
      const auto before = deleted_;
      if (settings_.max_size != 0) shrink_to_budget();
      give_space_back();
      if (!is_over_budget(file_size(database_.path())) || deleted_ == before || pace_.stopped()) return;
    }
  }

  bool is_over_budget(std::uint64_t size) const {
    return settings_.max_size != 0 && size > settings_.max_size;
  }

  // Rules of low priority first, their oldest rows first, in portions of what is still too much.
  void shrink_to_budget() {
    std::vector<const BoundRule*> order;
    order.reserve(bound_.size());
    for (const BoundRule& each : bound_) order.push_back(&each);
    std::ranges::stable_sort(order, {}, [](const BoundRule* each) { return each->rule->priority; });
    for (const BoundRule* rule : order) shrink_by(*rule);
  }

  void shrink_by(const BoundRule& rule) {
    const std::uint64_t used_at_first = pages_of(database_).used_bytes();
    const std::uint64_t all = count_of(rule.table) + deleted_[rule.table];
    const auto most =
        settings_.force ? all : static_cast<std::uint64_t>(settings_.max_fraction * static_cast<double>(all));
    std::uint64_t gone = 0;
    std::uint64_t skipped = 0;
    while (!pace_.stopped()) {
      const std::uint64_t used = pages_of(database_).used_bytes();
      const std::uint64_t left = most - std::min(most, deleted_[rule.table]);
      if (used <= settings_.max_size || left == 0) return;
      // A row frees what rows have freed until now, and at first what it would if all pages were theirs: that
      // is too much, so that the budget is come to from above.
      const std::uint64_t freed =
          (used_at_first - std::min(used_at_first, used)) / std::max<std::uint64_t>(gone, 1);
      const std::uint64_t each =
          std::max({freed, used_at_first / std::max<std::uint64_t>(all, 1), std::uint64_t{1}});
      const std::uint64_t portion = std::min((used - settings_.max_size) / each + 1, left);
      const auto [went, listed] = prune_oldest(rule, portion, skipped);
      if (listed == 0) return;
      gone += went;
      skipped += listed - std::min(listed, went);
    }
  }

  std::uint64_t count_of(std::size_t table) const {
    return static_cast<std::uint64_t>(
        database_.number("SELECT count(*) FROM " + main_table(schema_.tables[table])));
  }

  // How many rows of the rule went, and how many were to go.
  std::pair<std::uint64_t, std::uint64_t> prune_oldest(const BoundRule& rule, std::uint64_t portion,
                                                       std::uint64_t skipped) {
    Plan plan{database_, schema_, settings_.on_referenced, false};
    plan.add(rule.table,
             "SELECT * FROM (" + rule.candidates + ") LIMIT " + std::to_string(portion) + " OFFSET " +
                 std::to_string(skipped),
             0);
    const std::uint64_t listed = plan.rows_of_rules(rule.table);
    plan.close();
    BoundRule any_age = rule;
    any_age.still = rule.rule->where.empty() ? "1" : "(" + rule.rule->where + "\n)";
    Pruner pruner = made_pruner(plan);
    pruner.run(any_age, 0);
    take_counts(pruner);
    pace_.on_begin({});
    pace_.before_commit({});
    return {std::min(pruner.deleted()[rule.table], listed), listed};
  }

  void give_space_back() {
    pace_.before_commit({});
    pace_.on_begin({});
    const bool converts = settings_.convert && auto_vacuum_of(database_) != AutoVacuum::incremental;
    if (converts && !settings_.quiet)
      session_.note(std::string{session_.tool()} + ": " + database_.path() + ": rewriting " +
                    core::format_size(pages_of(database_).used_bytes()) +
                    ", for which others wait some seconds a gigabyte, with twice that of free disk");
    if ((converts || settings_.vacuum == Vacuum::full) && !pace_.stopped())
      vacuum_whole(database_, converts);
    else if (settings_.vacuum != Vacuum::none)
      vacuum_in_steps(database_, pace_);
    if (!pace_.stopped()) optimize();
    pace_.empty_log();
  }

  // In a transaction that has the lock from its beginning: SQLite would give up at once where somebody wrote
  // after it had begun to read. Statistics are worth no failure.
  void optimize() {
    try {
      database_.run("PRAGMA analysis_limit = 400");
      store::WriteTransaction transaction{database_};
      database_.run("PRAGMA optimize");
      transaction.commit();
    } catch (const store::DatabaseError& error) {
      if (error.exit != core::Exit::temp_failure) throw;
    }
  }

  Run ended() {
    progress_.clear();
    if (!result_.dry_run)
      for (std::size_t i = 0; i < deleted_.size(); ++i)
        if (deleted_[i] != 0) result_.tables.push_back({schema_.tables[i].name, deleted_[i], 0, 0});
    result_.bytes_after = file_size(database_.path());
    result_.longest = pace_.longest();
    result_.log_peak = pace_.log_peak();
    result_.time = Steady::now() - begun_;
    result_.complete = !pace_.stopped();
    result_.over_budget = is_over_budget(result_.bytes_after);
    const bool falls_short = result_.over_budget && !result_.dry_run;
    core::Exit exit = result_.complete && !falls_short ? core::Exit::ok : core::Exit::finding;
    if (pace_.signal()) exit = core::ended_by(*pace_.signal());
    return {std::move(result_), exit};
  }

  const store::Database& database_;
  const Settings& settings_;
  cli::Session& session_;
  const Schema schema_;
  const std::deque<Rule> rules_;
  const core::Time as_of_;
  const std::vector<BoundRule> bound_;
  const Steady::time_point begun_;
  Pace pace_;
  cli::Progress progress_;
  std::unique_ptr<Archive> archive_;
  Counts deleted_;
  bool enforced_ = false;
  Result result_;
};

}  // namespace

Run prune(const std::string& path, const Settings& settings, cli::Session& session,
          sys::SignalQueue& signals) {
  if (settings.dry_run) {
    const store::Database database = open_database(path, settings, true);
    return Pruning{database, settings, session, signals}.dry();
  }
  const core::Fd lock = take_lock(path);
  const store::Database database = open_database(path, settings, false);
  if (settings.wal && database.text("PRAGMA journal_mode = WAL") != "wal")
    throw core::Error{path, "does not take write-ahead logging"};
  Pruning pruning{database, settings, session, signals};
  return settings.rebuild ? pruning.rebuilt() : pruning.pruned();
}

}  // namespace longhaul::dbprune
