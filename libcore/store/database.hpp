// SQLite's connections and statements, owned.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace longhaul::store {

// A value of SQLite's five types.
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
  bool operator<(const Blob& other) const { return bytes < other.bytes; }
};
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// Whether a primary result code says that others hold the database.
bool is_locked(int primary);

// What SQLite refuses, with its primary result code: busy and locked end a run with Exit::temp_failure.
struct DatabaseError : core::Error {
  DatabaseError(std::string_view about, std::string_view why, int primary, int extended);

  int code;           // SQLITE_BUSY, SQLITE_CONSTRAINT, …
  int extended_code;  // SQLITE_CONSTRAINT_TRIGGER, …
};

// An SQL identifier in quotes.
std::string quoted(std::string_view identifier);

class Database;

class Statement {
 public:
  // One statement. Throws DatabaseError for what is none, or more.
  Statement(const Database& database, std::string_view sql);

  // Parameters are counted from 1. Text and blobs are copied.
  Statement& bind(int parameter, const Value& value);
  Statement& bind(int parameter, std::int64_t number);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, const std::string& text) { return bind(parameter, std::string_view{text}); }
  Statement& bind_all(const std::vector<Value>& values, int first = 1);
  [[nodiscard]] int parameters() const;

  // Goes to the next row; false after the last one, the statement being ready to run again then.
  // Throws DatabaseError.
  bool step();
  // Steps to the end, and is ready to run again.
  void run();
  // The run may be given up at any row.
  void reset();

  // Columns of the row, counted from 0.
  [[nodiscard]] int columns() const;
  [[nodiscard]] std::string_view name(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // valid until the next step
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] Value value(int column) const;
  [[nodiscard]] std::vector<Value> row(int from = 0) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  const Database* database_;
};

class Database {
 public:
  enum class Mode { read_only, read_write, create };

  // The subject of errors is the path as it is given. Throws DatabaseError. A file that is no database shows
  // only with the first statement.
  Database(std::string path, Mode mode, std::chrono::milliseconds busy_timeout);
  // A database of its own, in memory.
  static Database in_memory() { return {":memory:", Mode::create, {}}; }
  Database(Database&&) noexcept = default;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

  // Runs statements that give no rows, or whose rows nobody wants.
  void run(const std::string& sql) const;
  // The first column of the first row: a number, 0 where there is no row; a text, empty where there is none.
  [[nodiscard]] std::int64_t number(const std::string& sql) const;
  [[nodiscard]] std::string text(const std::string& sql) const;
  // Whether the statement can be made: the tables and columns that it names are there.
  [[nodiscard]] bool knows(const std::string& sql) const;

  // Rows that the last statement changed, those of triggers and foreign keys not counted.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] bool in_transaction() const;

  // Ends a statement that runs long with SQLITE_INTERRUPT where this says so; null asks no more.
  void interrupt_when(const std::function<bool()>* stop) const;

  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// The database as it is at its beginning. Throws DatabaseError.
class ReadTransaction {
 public:
  explicit ReadTransaction(const Database& database);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

 private:
  const Database& database_;
};

// Begins at once (BEGIN IMMEDIATE), so that it fails at the beginning or not at all for being locked; undone
// unless it was committed.
class WriteTransaction {
 public:
  explicit WriteTransaction(const Database& database);
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();
  void commit();

 private:
  const Database* database_;
};

}  // namespace longhaul::store
