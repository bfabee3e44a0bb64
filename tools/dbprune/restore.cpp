#include "restore.hpp"

#include <sqlite3.h>

#include <map>
#include <memory>

#include "archive.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "connection.hpp"
#include "pace.hpp"

namespace longhaul::dbprune {
namespace {

using store::Statement;

// Throws out of the reading of an archive.
struct Stopped {};

class Restoring {
 public:
  Restoring(const store::Database& database, const Settings& settings, sys::SignalQueue& signals)
      : database_{database}, settings_{settings}, schema_{read_schema(database)},
        pace_{database, signals, {settings.max_stall, settings.busy_timeout, {}}} {
    // What deletion fired is not undone by firing again.
    ::sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  }

  void take(const ArchivedRow& row) {
    const bool went_on = pace_.step([&] {
      put_back(row);
      return true;
    });
    if (!went_on) throw Stopped{};
  }
  void finish() {
    pace_.finish();
    pace_.empty_log();
  }

  [[nodiscard]] std::uint64_t restored() const { return restored_; }
  [[nodiscard]] std::uint64_t already_there() const { return there_; }
  // Rows in whose place another one is now.
  [[nodiscard]] std::uint64_t in_conflict() const { return conflicts_; }
  [[nodiscard]] std::optional<int> signal() const { return pace_.signal(); }
  // No table of the archive has what the expression asks for.
  [[nodiscard]] bool asked_in_vain() const { return !questions_.empty() && questions_.size() == unanswered_; }

 private:
  void put_back(const ArchivedRow& row) {
    if (!settings_.rule.table.empty() && !core::same_ignoring_case(settings_.rule.table, row.table)) return;
    const auto found = schema_.find(row.table);
    if (!found) throw core::Error{row.table, "no such table: it is not created"};
    const Table& table = schema_.tables[*found];
    if (!settings_.rule.where.empty() && !is_wanted(table, row)) return;
    Inserting& insert = insert_for(table, row);
    std::vector<store::Value> values;
    if (row.rowid) values.emplace_back(*row.rowid);
    values.insert(values.end(), row.values.begin(), row.values.end());
    insert.row->bind_all(values).run();
    if (database_.changes() != 0) {
      ++restored_;
      return;
    }
    ++(insert.same->bind_all(values).step() ? there_ : conflicts_);
    insert.same->reset();
  }

  struct Inserting {
    std::unique_ptr<Statement> row, same;
  };

  Inserting& insert_for(const Table& table, const ArchivedRow& row) {
    std::vector<std::string> columns = row.columns;
    for (const std::string& name : columns)
      if (table.column(name) == nullptr) throw core::Error{table.name + "." + name, "no such column"};
    if (row.rowid) columns.insert(columns.begin(), table.key.front());
    const std::string list = column_list(columns);
    Inserting& made = inserts_[table.name + "\n" + list];
    if (made.row) return made;
    std::string same;
    for (std::size_t i = 0; i < columns.size(); ++i)
      same += (i == 0 ? "" : " AND ") + store::quoted(columns[i]) + " IS ?" + std::to_string(i + 1);
    made.row =
        std::make_unique<Statement>(database_, "INSERT OR IGNORE INTO " + main_table(table) + " (" + list +
                                                   ") VALUES (" + parameter_list(columns.size()) + ")");
    made.same =
        std::make_unique<Statement>(database_, "SELECT 1 FROM " + main_table(table) + " WHERE " + same);
    return made;
  }

  // The expression is asked of a table that holds this row alone, and has the name of the one that it came
  // from.
  bool is_wanted(const Table& table, const ArchivedRow& row) {
    const std::string one = "temp." + store::quoted(table.name);
    auto& question = questions_[table.name];
    if (!question) {
      std::string declared;
      for (const Column& column : table.columns)
        declared += (declared.empty() ? "" : ", ") + store::quoted(column.name) + " " +
                    std::string{column.affinity} + " COLLATE " + store::quoted(column.collation);
      database_.run("CREATE TABLE " + one + " (" + declared + ")");
      const std::string sql = "SELECT 1 FROM " + one + " WHERE (" + settings_.rule.where + "\n)";
      // A table that the expression is not about has nothing to give.
      const bool fits = database_.knows(sql);
      unanswered_ += fits ? 0U : 1U;
      question = std::make_unique<Statement>(database_, fits ? sql : "SELECT 1 WHERE 0");
    }
    database_.run("DELETE FROM " + one);
    Statement{database_, "INSERT INTO " + one + " (" + column_list(row.columns) + ") VALUES (" +
                             parameter_list(row.columns.size()) + ")"}
        .bind_all(row.values)
        .run();
    const bool wanted = question->step();
    question->reset();
    return wanted;
  }

  const store::Database& database_;
  const Settings& settings_;
  const Schema schema_;
  Pace pace_;
  std::map<std::string, Inserting> inserts_;
  std::map<std::string, std::unique_ptr<Statement>> questions_;
  std::size_t unanswered_ = 0;
  std::uint64_t restored_ = 0, there_ = 0, conflicts_ = 0;
};

}  // namespace

core::Exit restore(const Settings& settings, cli::Session& session, sys::SignalQueue& signals) {
  const std::string& path = settings.databases.front();
  const core::Fd lock = take_lock(path);
  const store::Database database = open_database(path, settings, false);
  Restoring restoring{database, settings, signals};
  std::uint64_t damaged = 0;
  try {
    damaged = read_archive(
        settings.restore, [&](const ArchivedRow& row) { restoring.take(row); },
        [&](const core::Error& error) { session.warn(error.subject, error.reason); });
  } catch (const Stopped&) {
    return core::ended_by(restoring.signal().value_or(SIGTERM));
  }
  restoring.finish();
  if (restoring.asked_in_vain()) throw core::Error{"--where", "fits no table of the archive"};
  std::string line = path + ": " + std::to_string(restoring.restored()) + " rows restored";
  if (restoring.already_there() != 0)
    line += ", " + std::to_string(restoring.already_there()) + " were there already";
  if (restoring.in_conflict() != 0)
    line += ", " + std::to_string(restoring.in_conflict()) + " not: another row has their key";
  if (!settings.quiet || restoring.in_conflict() != 0) session.print(line + "\n");
  return restoring.in_conflict() + damaged == 0 ? core::Exit::ok : core::Exit::finding;
}

}  // namespace longhaul::dbprune
