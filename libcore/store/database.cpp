#include "store/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "base/ascii.hpp"

namespace longhaul::store {
namespace {

// SQLite's words begin in lower case already, but for a few.
std::string lowered(std::string_view words) {
  std::string reason{words};
  for (char& c : reason)
    if (c == '\n') c = ' ';
  const bool is_name = reason.size() > 1 && core::is_upper(reason[1]);  // "FOREIGN KEY constraint failed"
  if (!reason.empty() && !is_name) reason.front() = core::lower(reason.front());
  return reason;
}

std::string_view bytes_of(const void* data, int size) {
  return data == nullptr ? std::string_view{}
                         : std::string_view{static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

int open_flags(Database::Mode mode) {
  switch (mode) {
    case Database::Mode::read_only: return SQLITE_OPEN_READONLY;
    case Database::Mode::read_write: return SQLITE_OPEN_READWRITE;
    case Database::Mode::create: break;
  }
  return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

}  // namespace

bool is_locked(int primary) { return primary == SQLITE_BUSY || primary == SQLITE_LOCKED; }

DatabaseError::DatabaseError(std::string_view about, std::string_view why, int primary, int extended)
    : Error{about, why, is_locked(primary) ? std::optional{core::Exit::temp_failure} : std::nullopt},
      code{primary}, extended_code{extended} {}

std::string quoted(std::string_view identifier) {
  std::string out = "\"";
  for (const char c : identifier) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

Statement::Statement(const Database& database, std::string_view sql) : database_{&database} {
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  const int code = ::sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, &rest);
  statement_.reset(made);
  if (code != SQLITE_OK) database.fail(code);
  const std::string_view more = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  if (more.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    throw DatabaseError{database.path(), "more than one statement", SQLITE_ERROR, SQLITE_ERROR};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }

Statement& Statement::bind(int parameter, std::int64_t number) {
  ::sqlite3_bind_int64(statement_.get(), parameter, number);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  ::sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int parameter, const Value& value) {
  sqlite3_stmt* statement = statement_.get();
  if (const auto* number = std::get_if<std::int64_t>(&value))
    ::sqlite3_bind_int64(statement, parameter, *number);
  else if (const auto* real = std::get_if<double>(&value))
    ::sqlite3_bind_double(statement, parameter, *real);
  else if (const auto* text = std::get_if<std::string>(&value))
    bind(parameter, std::string_view{*text});
  else if (const auto* blob = std::get_if<Blob>(&value))
    ::sqlite3_bind_blob64(statement, parameter, blob->bytes.data(), blob->bytes.size(), SQLITE_TRANSIENT);
  else
    ::sqlite3_bind_null(statement, parameter);
  return *this;
}

Statement& Statement::bind_all(const std::vector<Value>& values, int first) {
  for (const Value& value : values) bind(first++, value);
  return *this;
}

int Statement::parameters() const { return ::sqlite3_bind_parameter_count(statement_.get()); }

bool Statement::step() {
  const int code = ::sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  ::sqlite3_reset(statement_.get());
  if (code != SQLITE_DONE) database_->fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() { ::sqlite3_reset(statement_.get()); }

int Statement::columns() const { return ::sqlite3_column_count(statement_.get()); }

std::string_view Statement::name(int column) const {
  const char* name = ::sqlite3_column_name(statement_.get(), column);
  return name == nullptr ? std::string_view{} : name;
}

std::int64_t Statement::integer(int column) const { return ::sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const { return ::sqlite3_column_double(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  const void* data = ::sqlite3_column_text(statement_.get(), column);
  return bytes_of(data, ::sqlite3_column_bytes(statement_.get(), column));
}

bool Statement::is_null(int column) const {
  return ::sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Value Statement::value(int column) const {
  switch (::sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER: return integer(column);
    case SQLITE_FLOAT: return real(column);
    case SQLITE_TEXT: return std::string{text(column)};
    case SQLITE_BLOB: {
      const void* data = ::sqlite3_column_blob(statement_.get(), column);
      return Blob{std::string{bytes_of(data, ::sqlite3_column_bytes(statement_.get(), column))}};
    }
    default: return std::monostate{};
  }
}

std::vector<Value> Statement::row(int from) const {
  std::vector<Value> values;
  const int count = columns();
  values.reserve(static_cast<std::size_t>(count - from));
  for (int column = from; column < count; ++column) values.push_back(value(column));
  return values;
}

Database::Database(std::string path, Mode mode, std::chrono::milliseconds busy_timeout)
    : path_{std::move(path)} {
  sqlite3* opened = nullptr;
  const int code = ::sqlite3_open_v2(path_.c_str(), &opened,
                                     open_flags(mode) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(code);
  ::sqlite3_busy_timeout(opened, static_cast<int>(std::min<std::int64_t>(busy_timeout.count(), INT_MAX)));
}

void Database::Close::operator()(sqlite3* handle) const { ::sqlite3_close_v2(handle); }

void Database::run(const std::string& sql) const {
  const int code = ::sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::number(const std::string& sql) const {
  Statement statement{*this, sql};
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const std::string& sql) const {
  Statement statement{*this, sql};
  return statement.step() ? std::string{statement.text(0)} : std::string{};
}

bool Database::knows(const std::string& sql) const {
  try {
    const Statement statement{*this, sql};
    return true;
  } catch (const DatabaseError& error) {
    if (error.code != SQLITE_ERROR) throw;
    return false;
  }
}

std::int64_t Database::changes() const { return ::sqlite3_changes64(handle_.get()); }

bool Database::in_transaction() const { return ::sqlite3_get_autocommit(handle_.get()) == 0; }

void Database::interrupt_when(const std::function<bool()>* stop) const {
  constexpr int steps = 10'000;  // of SQLite's machine: about a millisecond
  const auto ask = [](void* asked) { return (*static_cast<const std::function<bool()>*>(asked))() ? 1 : 0; };
  ::sqlite3_progress_handler(handle_.get(), stop == nullptr ? 0 : steps, stop == nullptr ? nullptr : +ask,
                             const_cast<void*>(static_cast<const void*>(stop)));
}

void Database::fail(int code) const {
  const int extended = handle_ ? ::sqlite3_extended_errcode(handle_.get()) : code;
  const int primary = code & 0xFF;
  // What SQLite says is exact where a statement is wrong; its general words are those of the code.
  const char* said = handle_ ? ::sqlite3_errmsg(handle_.get()) : ::sqlite3_errstr(code);
  std::string reason = lowered(said);
  if (primary == SQLITE_NOTADB) reason = "not a database, or an encrypted one";
  if (primary == SQLITE_BUSY) reason = "locked by another process";
  const bool full = primary == SQLITE_FULL ||
                    (handle_ && primary == SQLITE_IOERR && ::sqlite3_system_errno(handle_.get()) == ENOSPC);
  if (full) reason = "no space left on device";
  if (primary == SQLITE_CORRUPT) reason = "damaged: " + reason;
  throw DatabaseError{path_, reason, primary, extended};
}

// BEGIN alone takes no snapshot; the number of the schema is the least that can be read.
ReadTransaction::ReadTransaction(const Database& database) : database_{database} {
  database.run("BEGIN");
  try {
    database.run("PRAGMA schema_version");
  } catch (...) {
    ::sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

ReadTransaction::~ReadTransaction() {
  ::sqlite3_exec(database_.handle(), "COMMIT", nullptr, nullptr, nullptr);
}

WriteTransaction::WriteTransaction(const Database& database) : database_{&database} {
  database.run("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  if (database_ != nullptr && database_->in_transaction())
    ::sqlite3_exec(database_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void WriteTransaction::commit() {
  database_->run("COMMIT");
  database_ = nullptr;
}

}  // namespace longhaul::store
