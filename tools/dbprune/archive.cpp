#include "archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "json_row.hpp"
#include "store/compressor.hpp"
#include "store/gzip.hpp"

namespace longhaul::dbprune {
namespace {

constexpr std::size_t read_at_once = std::size_t{256} << 10U;
constexpr std::size_t longest_row = std::size_t{1} << 30U;
constexpr int compress_level = 6;
constexpr std::chrono::seconds patience{5};

core::Fd open_file(const std::string& path, int flags) {
  core::Fd file{::open(path.c_str(), flags | O_CLOEXEC, 0644)};
  if (!file) throw core::Error{path, core::reason_of(errno)};
  return file;
}

std::uint64_t size_of(const core::Fd& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

// Where the last whole member of a gzip file ends.
std::uint64_t whole_members(const std::string& path) {
  store::GzipReader reader{open_file(path, O_RDONLY), path};
  std::vector<char> buffer(read_at_once);
  try {
    while (reader.read(buffer) != 0) {
    }
  } catch (const core::Error&) {
    // Something else than an archive is not cut down.
    if (reader.whole_bytes() == 0) throw;
  }
  return reader.whole_bytes();
}

// Where the last whole line ends.
std::uint64_t whole_lines(const core::Fd& file) {
  std::vector<char> buffer(read_at_once);
  for (std::uint64_t end = size_of(file); end > 0;) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end, buffer.size());
    const ssize_t count = ::pread(file.get(), buffer.data(), end - begin, static_cast<off_t>(begin));
    if (count <= 0) break;
    const std::string_view part{buffer.data(), static_cast<std::size_t>(count)};
    if (const std::size_t last = part.rfind('\n'); last != std::string_view::npos) return begin + last + 1;
    end = begin;
  }
  return 0;
}

class JsonArchive final : public Archive {
 public:
  JsonArchive(const std::string& path, bool compressed) : path_{path} {
    file_ = open_file(path, O_RDWR | O_CREAT | O_APPEND);
    if (compressed) compressor_ = store::make_compressor(store::Compression::gzip, compress_level);
    const std::uint64_t size = size_of(file_);
    const std::uint64_t whole = size == 0 ? 0 : compressed ? whole_members(path) : whole_lines(file_);
    if (whole < size && ::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0)
      throw core::Error{path, core::reason_of(errno)};
    sync_directory();
  }

  void add(const Table& table, const std::vector<store::Value>& key, const store::Statement& row) override {
    append_json_row(waiting_, table, key, row);
    if (waiting_.size() >= store::Compressor::member_size) write();
  }

  void sync() override {
    write();
    if (::fdatasync(file_.get()) != 0) throw core::Error{path_, core::reason_of(errno)};
  }

 private:
  void write() {
    for (std::string_view left = waiting_; !left.empty();) {
      const std::string_view part = compressor_ ? left.substr(0, store::Compressor::member_size) : left;
      core::write_all(file_.get(), compressor_ ? compressor_->member(part) : part, path_);
      left.remove_prefix(part.size());
    }
    waiting_.clear();
  }

  // So that the name of a new archive is on the disk as well.
  void sync_directory() const {
    const std::size_t slash = path_.rfind('/');
    const std::string directory =
        slash == std::string::npos ? "." : path_.substr(0, std::max<std::size_t>(slash, 1));
    ::fsync(open_file(directory, O_RDONLY | O_DIRECTORY).get());
  }

  std::string path_;
  core::Fd file_;
  std::unique_ptr<store::Compressor> compressor_;
  std::string waiting_;
};

// A database with the same tables. Each sync is a transaction of it.
class DatabaseArchive final : public Archive {
 public:
  DatabaseArchive(const std::string& path, const store::Database& from)
      : archive_{path, store::Database::Mode::create, patience}, from_{from} {
    archive_.run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF");
  }

  void add(const Table& table, const std::vector<store::Value>& key, const store::Statement& row) override {
    if (!transaction_) transaction_.emplace(archive_);
    const bool with_rowid = table.has_rowid && !table.rowid_is_column;
    auto& insert = inserts_[table.name];
    if (!insert) insert = make_insert(table, with_rowid);
    int parameter = 1;
    if (with_rowid) insert->bind(parameter++, key.front());
    for (int i = 0; i < row.columns(); ++i) insert->bind(parameter++, row.value(i));
    insert->run();
  }

  void sync() override {
    if (transaction_) transaction_->commit();
    transaction_.reset();
  }

 private:
  // Replaces a row that an earlier run archived and did not come to delete.
  std::unique_ptr<store::Statement> make_insert(const Table& table, bool with_rowid) {
    store::Statement known{archive_, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1"};
    known.bind(1, table.name);
    const bool there = known.step();
    known.reset();
    if (!there) {
      store::Statement created{from_,
                               "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1"};
      created.bind(1, table.name);
      if (created.step()) archive_.run(std::string{created.text(0)});
    }
    const Schema schema = read_schema(archive_);
    const Table& kept = schema.tables.at(schema.find(table.name).value());
    std::vector<std::string> columns = stored_columns(table);
    for (const std::string& column : columns)
      if (kept.column(column) == nullptr)
        archive_.run("ALTER TABLE " + store::quoted(table.name) + " ADD COLUMN " + store::quoted(column));
    if (with_rowid) columns.insert(columns.begin(), table.key.front());
    std::string parameters;
    for (std::size_t i = 0; i < columns.size(); ++i) parameters += i == 0 ? "?" : ", ?";
    return std::make_unique<store::Statement>(archive_,
                                              "INSERT OR REPLACE INTO " + store::quoted(table.name) + " (" +
                                                  column_list(columns) + ") VALUES (" + parameters + ")");
  }

  store::Database archive_;
  const store::Database& from_;
  std::map<std::string, std::unique_ptr<store::Statement>> inserts_;
  std::optional<store::WriteTransaction> transaction_;
};

void read_json_lines(const std::string& path, const std::function<std::size_t(std::span<char>)>& read,
                     const std::function<void(const ArchivedRow&)>& take) {
  store::JsonReader reader{longest_row};
  std::vector<char> buffer(read_at_once);
  std::string text;
  std::uint64_t number = 0;
  while (const std::size_t size = read(buffer)) {
    text.append(buffer.data(), size);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      ++number;
      const auto row = parse_json_row(reader, std::string_view{text}.substr(begin, end - begin));
      if (!row) throw core::Error{path + ":" + std::to_string(number), "no archived row"};
      take(*row);
      begin = end + 1;
    }
    text.erase(0, begin);
  }
}

void read_database(const std::string& path, const std::function<void(const ArchivedRow&)>& take) {
  const store::Database archive{path, store::Database::Mode::read_only, patience};
  for (const Table& table : read_schema(archive).tables) {
    ArchivedRow row;
    row.table = table.name;
    row.columns = stored_columns(table);
    std::string selected = column_list(row.columns);
    if (table.has_rowid && !table.rowid_is_column) {
      row.columns.insert(row.columns.begin(), "rowid");
      selected.insert(0, store::quoted(table.key.front()) + ", ");
    }
    store::Statement rows{archive, "SELECT " + selected + " FROM " + main_table(table)};
    while (rows.step()) {
      row.values = rows.row();
      take(row);
    }
  }
}

}  // namespace

std::unique_ptr<Archive> open_archive(const std::string& path, const store::Database& from) {
  if (path.ends_with(".db")) return std::make_unique<DatabaseArchive>(path, from);
  if (path.ends_with(".jsonl.gz")) return std::make_unique<JsonArchive>(path, true);
  if (path.ends_with(".jsonl")) return std::make_unique<JsonArchive>(path, false);
  throw core::Error{path, "an archive is called .jsonl.gz, .jsonl or .db"};
}

void read_archive(const std::string& path, const std::function<void(const ArchivedRow&)>& take) {
  if (path.ends_with(".db")) return read_database(path, take);
  if (!path.ends_with(".jsonl") && !path.ends_with(".jsonl.gz"))
    throw core::Error{path, "an archive is called .jsonl.gz, .jsonl or .db"};
  core::Fd file = open_file(path, O_RDONLY);
  if (path.ends_with(".gz")) {
    store::GzipReader reader{std::move(file), path};
    read_json_lines(
        path, [&](std::span<char> room) { return reader.read(room); }, take);
  } else {
    read_json_lines(
        path, [&](std::span<char> room) { return core::read_some(file.get(), room, path); }, take);
  }
}

}  // namespace longhaul::dbprune
