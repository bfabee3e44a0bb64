#include "rebuild.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include "archive.hpp"
#include "base/error.hpp"
#include "space.hpp"
#include "sys/open_files.hpp"

namespace longhaul::dbprune {
namespace {

using store::Database;
using store::Statement;

// The new file, gone again with this object: its content comes back through SQLite's backup, under the lock
// of the old file and with its journal, so that whoever opens the database meanwhile waits, and a crash
// leaves the one or the other.
class AsideFile {
 public:
  explicit AsideFile(std::string path) : path_{std::move(path)} { remove(); }
  AsideFile(const AsideFile&) = delete;
  AsideFile& operator=(const AsideFile&) = delete;
  ~AsideFile() { remove(); }
  const std::string& path() const { return path_; }

 private:
  void remove() const {
    ::unlink(path_.c_str());
    ::unlink((path_ + "-journal").c_str());
  }
  std::string path_;
};

void refuse_what_it_cannot_do(const Database& database, const Schema& schema, const Plan& plan) {
  for (const ForeignKey& key : schema.foreign_keys)
    if (plan.lets_go(key) && plan.rows(key.parent) != 0)
      throw core::Error{schema.tables[key.child].name,
                        "refers ON DELETE SET NULL to rows that go: --rebuild does not change rows"};
  for (std::size_t i = 0; i < schema.tables.size(); ++i) {
    if (plan.rows(i) == 0) continue;
    Statement trigger{
        database,
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE AND sql LIKE "
        "'%DELETE%'"};
    trigger.bind(1, schema.tables[i].name);
    if (trigger.step())
      throw core::Error{schema.tables[i].name,
                        "has the trigger " + std::string{trigger.text(0)} + ": --rebuild runs no triggers"};
  }
}

void archive_rows(const Database& database, const Schema& schema, const std::string& path) {
  const auto archive = open_archive(path);
  for (std::size_t i = 0; i < schema.tables.size(); ++i) {
    const Table& table = schema.tables[i];
    const std::string same = "(" + column_list(table.key, "t.") + ") IN (SELECT " + Plan::key_columns(table) +
                             " FROM " + Plan::doomed_table(i) + ")";
    Statement rows{database, "SELECT " + column_list(stored_columns(table)) + " FROM " + main_table(table) +
                                 " t WHERE " + same + " ORDER BY " + column_list(table.key)};
    Statement keys{database, "SELECT " + column_list(table.key) + " FROM " + main_table(table) + " t WHERE " +
                                 same + " ORDER BY " + column_list(table.key)};
    while (rows.step() && keys.step()) archive->add(table, keys.row(), rows.row());
  }
  archive->sync();
}

// The schema without what slows copying down.
void make_tables(const Database& database, const Database& fresh) {
  fresh.run("PRAGMA page_size = " + std::to_string(database.number("PRAGMA page_size")) +
            "; PRAGMA encoding = '" + database.text("PRAGMA encoding") +
            "'; PRAGMA auto_vacuum = INCREMENTAL");
  fresh.run("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -16000; BEGIN");
  Statement tables{database, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name "
                             "NOT LIKE 'sqlite\\_%' ESCAPE '\\'"};
  while (tables.step()) fresh.run(std::string{tables.text(0)});
  fresh.run("COMMIT");
  // Makes the tables of statistics, which may not be created by name.
  if (database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'") != 0)
    fresh.run("ANALYZE sqlite_schema");
}

// Every table that has pages, those behind virtual tables too.
void copy_rows(const Database& database, const Schema& schema, const std::string& fresh) {
  database.run("ATTACH " + store::quoted(fresh) + " AS fresh");
  database.run(
      "PRAGMA fresh.synchronous = OFF; PRAGMA fresh.journal_mode = OFF; PRAGMA fresh.cache_size = -16000");
  database.run("BEGIN");
  Statement tables{database, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0"};
  while (tables.step()) {
    const std::string name{tables.text(0)};
    const auto known = schema.find(name);
    std::string columns;
    std::string survivors;
    if (known) {
      const Table& table = schema.tables[*known];
      columns = column_list(stored_columns(table));
      if (table.has_rowid && !table.rowid_is_column)
        columns.insert(0, store::quoted(table.key.front()) + ", ");
      survivors = " WHERE (" + column_list(table.key) + ") NOT IN (SELECT " + Plan::key_columns(table) +
                  " FROM " + Plan::doomed_table(*known) + ")";
    }
    const std::string into = "fresh." + store::quoted(name);
    if (!database.knows("SELECT * FROM " + into)) continue;  // one of SQLite's own that only it can make
    database.run("DELETE FROM " + into);
    database.run("INSERT INTO " + into + (columns.empty() ? "" : " (" + columns + ")") + " SELECT " +
                 (columns.empty() ? "*" : columns) + " FROM main." + store::quoted(name) + survivors);
  }
  database.run("COMMIT");
  database.run("DETACH fresh");
}

// Views, triggers and virtual tables have no pages: their lines are all there is of them.
void make_the_rest(const Database& database, const Database& fresh) {
  Statement indexes{database, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"};
  while (indexes.step()) fresh.run(std::string{indexes.text(0)});
  fresh.run("PRAGMA writable_schema = ON");
  Statement others{
      database,
      "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') OR "
      "(type = 'table' AND rootpage = 0)"};
  Statement insert{fresh,
                   "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)"};
  while (others.step()) insert.bind_all(others.row()).run();
  fresh.run("PRAGMA writable_schema = RESET");
  for (const char* pragma : {"user_version", "application_id"})
    fresh.run("PRAGMA " + std::string{pragma} + " = " +
              std::to_string(database.number("PRAGMA " + std::string{pragma})));
}

void bring_back(const Database& database, const Database& fresh) {
  sqlite3_backup* backup = ::sqlite3_backup_init(database.handle(), "main", fresh.handle(), "main");
  if (backup == nullptr) database.fail(::sqlite3_errcode(database.handle()));
  const int stepped = ::sqlite3_backup_step(backup, -1);
  const int finished = ::sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) database.fail(finished == SQLITE_OK ? stepped : finished);
}

}  // namespace

Alone::Alone(const Database& database)
    : database_{database}, journal_mode_{database.text("PRAGMA journal_mode")} {
  if (const auto other = sys::other_holder_of(database.path()))
    throw core::Error{database.path(),
                      "process " + std::to_string(*other) + " has it open, and --rebuild wants it alone",
                      core::Exit::temp_failure};
  // A connection that uses the log does not let go of it.
  if (journal_mode_ == "wal" && database.text("PRAGMA journal_mode = DELETE") == "wal")
    throw core::Error{database.path(), "another connection has it open, and --rebuild wants it alone",
                      core::Exit::temp_failure};
  database.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
}

Alone::~Alone() {
  try {
    if (database_.in_transaction()) database_.run("ROLLBACK");
    database_.run("PRAGMA locking_mode = NORMAL");
    (void)database_.text("PRAGMA journal_mode = " + journal_mode_);
  } catch (const core::Error&) {
    return;  // as it is, it is whole
  }
}

void rebuild(const Database& database, const Schema& schema, const Plan& plan, const std::string& archive) {
  refuse_what_it_cannot_do(database, schema, plan);
  check_free_space(database.path(), 2 * pages_of(database).used_bytes());
  if (!archive.empty()) archive_rows(database, schema, archive);
  const AsideFile aside{database.path() + ".rebuild.tmp"};
  {
    const Database fresh{aside.path(), Database::Mode::create, {}};
    make_tables(database, fresh);
  }
  copy_rows(database, schema, aside.path());
  const Database fresh{aside.path(), Database::Mode::read_write, {}};
  fresh.run("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -32000");
  make_the_rest(database, fresh);
  bring_back(database, fresh);
}

}  // namespace longhaul::dbprune
