#include "restore.hpp"

#include <sqlite3.h>

#include <map>
#include <memory>

#include "archive.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "pace.hpp"
#include "prune.hpp"

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
  [[nodiscard]] std::optional<int> signal() const { return pace_.signal(); }

 private:
  void put_back(const ArchivedRow& row) {
    if (!settings_.rule.table.empty() && !core::same_ignoring_case(settings_.rule.table, row.table)) return;
    const auto found = schema_.find(row.table);
    if (!found) throw core::Error{row.table, "no such table: it is not created"};
    if (!settings_.rule.where.empty() && !is_wanted(schema_.tables[*found], row)) return;
    insert_for(schema_.tables[*found], row).bind_all(row.values).run();
    (database_.changes() == 0 ? there_ : restored_) += 1;
  }

  Statement& insert_for(const Table& table, const ArchivedRow& row) {
    std::string columns;
    std::string parameters;
    for (const std::string& name : row.columns) {
      const bool rowid = name == "rowid" && table.column(name) == nullptr;
      if (!rowid && table.column(name) == nullptr)
        throw core::Error{table.name + "." + name, "no such column"};
      columns.append(columns.empty() ? "" : ", ").append(store::quoted(rowid ? table.key.front() : name));
      parameters += parameters.empty() ? "?" : ", ?";
    }
    auto& statement = inserts_[table.name + "\n" + columns];
    if (!statement)
      statement = std::make_unique<Statement>(database_, "INSERT OR IGNORE INTO " + main_table(table) + " (" +
                                                             columns + ") VALUES (" + parameters + ")");
    return *statement;
  }

  // The expression is asked of a table that holds this row alone, and has the name of the one that it came
  // from.
  bool is_wanted(const Table& table, const ArchivedRow& row) {
    const std::string one = "temp." + store::quoted(table.name);
    auto& question = questions_[table.name];
    if (!question) {
      std::vector<std::string> columns = stored_columns(table);
      database_.run("CREATE TABLE " + one + " (" + column_list(columns) + ")");
      const std::string sql = "SELECT 1 FROM " + one + " WHERE (" + settings_.rule.where + "\n)";
      // A table that the expression is not about has nothing to give.
      if (!database_.knows(sql)) known_[table.name] = false;
      question =
          std::make_unique<Statement>(database_, known_.contains(table.name) ? "SELECT 1 WHERE 0" : sql);
    }
    database_.run("DELETE FROM " + one);
    std::string columns;
    std::string parameters;
    std::vector<store::Value> values;
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
      if (table.column(row.columns[i]) == nullptr) continue;
      columns.append(columns.empty() ? "" : ", ").append(store::quoted(row.columns[i]));
      parameters += parameters.empty() ? "?" : ", ?";
      values.push_back(row.values[i]);
    }
    Statement{database_, "INSERT INTO " + one + " (" + columns + ") VALUES (" + parameters + ")"}
        .bind_all(values)
        .run();
    const bool wanted = question->step();
    question->reset();
    return wanted;
  }

  const store::Database& database_;
  const Settings& settings_;
  const Schema schema_;
  Pace pace_;
  std::map<std::string, std::unique_ptr<Statement>> inserts_, questions_;
  std::map<std::string, bool> known_;
  std::uint64_t restored_ = 0, there_ = 0;
};

}  // namespace

core::Exit restore(const Settings& settings, cli::Session& session, sys::SignalQueue& signals) {
  const std::string& path = settings.databases.front();
  const store::Database database = open_database(path, settings, false);
  Restoring restoring{database, settings, signals};
  try {
    read_archive(settings.restore, [&](const ArchivedRow& row) { restoring.take(row); });
  } catch (const Stopped&) {
    return core::ended_by(restoring.signal().value_or(SIGTERM));
  }
  restoring.finish();
  std::string line = path + ": " + std::to_string(restoring.restored()) + " rows restored";
  if (restoring.already_there() != 0)
    line += ", " + std::to_string(restoring.already_there()) + " were there already";
  if (!settings.quiet) session.print(line + "\n");
  return core::Exit::ok;
}

}  // namespace longhaul::dbprune
