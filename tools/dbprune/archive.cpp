#include "archive.hpp"

#include <fcntl.h>
#include <sys/file.h>
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

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::uint64_t size_of(const core::Fd& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

struct WholePart {
  std::uint64_t bytes = 0;
  char last_byte = '\n';  // of its text
};

// Up to the end of the last whole member. Something else than an end that is missing is not repaired.
WholePart whole_members(const std::string& path) {
  store::GzipReader reader{open_file(path, O_RDONLY), path};
  std::vector<char> buffer(read_at_once);
  try {
    while (reader.read(buffer) != 0) {
    }
  } catch (const core::Error&) {
    if (!reader.was_cut_short()) throw;
  }
  return {reader.whole_bytes(), reader.last_byte()};
}

// Up to the end of the last whole line. What does not begin as a row is somebody's file, and is not cut.
WholePart whole_lines(const core::Fd& file, const std::string& path) {
  std::vector<char> buffer(read_at_once);
  const ssize_t head = ::pread(file.get(), buffer.data(), row_begins.size(), 0);
  if (head < 0) throw core::Error{path, core::reason_of(errno)};
  if (!row_begins.starts_with({buffer.data(), static_cast<std::size_t>(head)}))
    throw core::Error{path, "is no archive"};
  for (std::uint64_t end = size_of(file); end > 0;) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end, buffer.size());
    const ssize_t count = ::pread(file.get(), buffer.data(), end - begin, static_cast<off_t>(begin));
    if (count <= 0) throw core::Error{path, core::reason_of(errno)};
    const std::string_view part{buffer.data(), static_cast<std::size_t>(count)};
    if (const std::size_t last = part.rfind('\n'); last != std::string_view::npos)
      return {begin + last + 1, '\n'};
    end = begin;
  }
  return {};
}

class JsonArchive final : public Archive {
 public:
  JsonArchive(const std::string& path, bool compressed) : path_{path} {
    file_ = open_file(path, O_RDWR | O_CREAT | O_APPEND);
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0)
      throw core::Error{path, errno == EWOULDBLOCK ? "another process writes to it" : core::reason_of(errno),
                        core::Exit::temp_failure};
    if (compressed) compressor_ = store::make_compressor(store::Compression::gzip, compress_level);
    take_up(compressed);
    sync_directory();
  }

  void add(const Table& table, const std::vector<store::Value>& key,
           const std::vector<store::Value>& values) override {
    const std::size_t before = waiting_.size();
    append_json_row(waiting_, table, key, values);
    if (waiting_.size() < store::Compressor::member_size) return;
    // A member ends where a row does.
    const std::string row = waiting_.substr(before);
    waiting_.resize(before);
    write();
    waiting_ = row;
  }

  void sync() override {
    write();
    if (::fdatasync(file_.get()) != 0) throw core::Error{path_, core::reason_of(errno)};
  }

 private:
  void take_up(bool compressed) {
    const std::uint64_t size = size_of(file_);
    if (size == 0) return;
    const WholePart whole = compressed ? whole_members(path_) : whole_lines(file_, path_);
    if (whole.bytes < size && ::ftruncate(file_.get(), static_cast<off_t>(whole.bytes)) != 0)
      throw core::Error{path_, core::reason_of(errno)};
    // A row larger than a member was cut between two: its line ends here.
    if (whole.last_byte != '\n') waiting_ = "\n";
  }

  // Only a row that is larger than a member is split.
  void write() {
    for (std::string_view left = waiting_; !left.empty();) {
      const std::string_view part = compressor_ ? left.substr(0, store::Compressor::member_size) : left;
      core::write_all(file_.get(), compressor_ ? compressor_->member(part) : part, path_);
      left.remove_prefix(part.size());
    }
    waiting_.clear();
  }

  // So that the name of a new archive is on the disk as well.
  void sync_directory() const { ::fsync(open_file(directory_of(path_), O_RDONLY | O_DIRECTORY).get()); }

  std::string path_;
  core::Fd file_;
  std::unique_ptr<store::Compressor> compressor_;
  std::string waiting_;
};

// The column of an archive's table that holds a rowid for which the table has no column.
constexpr std::string_view rowid_column = "archived rowid";

// A database with the same tables and columns, and no constraints: a key may come again, after its first row
// has been pruned. Each sync is a transaction.
class DatabaseArchive final : public Archive {
 public:
  explicit DatabaseArchive(const std::string& path)
      : archive_{path, store::Database::Mode::create, patience} {
    archive_.run("PRAGMA synchronous = FULL");
  }

  void add(const Table& table, const std::vector<store::Value>& key,
           const std::vector<store::Value>& values) override {
    if (!transaction_) transaction_.emplace(archive_);
    auto& insert = inserts_[table.name];
    if (!insert) insert = make_insert(table);
    const bool with_rowid = table.has_rowid && !table.rowid_is_column;
    if (with_rowid) insert->bind(1, key.front());
    insert->bind_all(values, with_rowid ? 2 : 1).run();
  }

  void sync() override {
    if (transaction_) transaction_->commit();
    transaction_.reset();
  }

 private:
  std::unique_ptr<store::Statement> make_insert(const Table& table) {
    std::vector<std::string> columns = stored_columns(table);
    std::string declared;
    for (const std::string& name : columns)
      declared.append(declared.empty() ? "" : ", ")
          .append(store::quoted(name))
          .append(" ")
          .append(table.column(name)->affinity);
    if (table.has_rowid && !table.rowid_is_column) {
      columns.insert(columns.begin(), std::string{rowid_column});
      declared = store::quoted(rowid_column) + " INTEGER, " + declared;
    }
    archive_.run("CREATE TABLE IF NOT EXISTS " + store::quoted(table.name) + " (" + declared + ")");
    for (const std::string& column : columns)
      if (!archive_.knows("SELECT a." + store::quoted(column) + " FROM " + store::quoted(table.name) + " a"))
        archive_.run("ALTER TABLE " + store::quoted(table.name) + " ADD COLUMN " + store::quoted(column));
    return std::make_unique<store::Statement>(archive_, "INSERT INTO " + store::quoted(table.name) + " (" +
                                                            column_list(columns) + ") VALUES (" +
                                                            parameter_list(columns.size()) + ")");
  }

  store::Database archive_;
  std::map<std::string, std::unique_ptr<store::Statement>> inserts_;
  std::optional<store::WriteTransaction> transaction_;
};

std::unique_ptr<Archive> make_archive(const std::string& path) {
  if (path.ends_with(".db")) return std::make_unique<DatabaseArchive>(path);
  return std::make_unique<JsonArchive>(path, path.ends_with(".gz"));
}

// A new one comes with its first row: an empty file is no gzip. What would be in its way is told before.
class NewArchive final : public Archive {
 public:
  explicit NewArchive(const std::string& path) : path_{path} {
    if (::access(directory_of(path).c_str(), W_OK | X_OK) != 0)
      throw core::Error{path, core::reason_of(errno)};
  }

  void add(const Table& table, const std::vector<store::Value>& key,
           const std::vector<store::Value>& values) override {
    if (!made_) made_ = make_archive(path_);
    made_->add(table, key, values);
  }

  void sync() override {
    if (made_) made_->sync();
  }

 private:
  std::string path_;
  std::unique_ptr<Archive> made_;
};

void require_known_ending(const std::string& path) {
  if (!path.ends_with(".db") && !path.ends_with(".jsonl") && !path.ends_with(".jsonl.gz"))
    throw core::Error{path, "an archive is called .jsonl.gz, .jsonl or .db"};
}

std::uint64_t read_json_lines(const std::string& path,
                              const std::function<std::size_t(std::span<char>)>& read,
                              const std::function<void(const ArchivedRow&)>& take,
                              const std::function<void(const core::Error&)>& warn) {
  store::JsonReader reader{longest_row};
  std::vector<char> buffer(read_at_once);
  std::string text;
  std::uint64_t number = 0, damaged = 0;
  while (const std::size_t size = read(buffer)) {
    text.append(buffer.data(), size);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      ++number;
      if (const auto row = parse_json_row(reader, std::string_view{text}.substr(begin, end - begin))) {
        take(*row);
      } else {
        ++damaged;
        warn({path + ":" + std::to_string(number), "no whole row"});
      }
      begin = end + 1;
    }
    text.erase(0, begin);
  }
  if (!text.empty()) warn({path, "the last row was cut short"});
  return damaged;
}

void read_database(const std::string& path, const std::function<void(const ArchivedRow&)>& take) {
  const store::Database archive{path, store::Database::Mode::read_only, patience};
  for (const Table& table : read_schema(archive).tables) {
    ArchivedRow row;
    row.table = table.name;
    row.columns = stored_columns(table);
    const bool with_rowid = std::erase(row.columns, rowid_column) != 0;
    store::Statement rows{archive, "SELECT " + (with_rowid ? store::quoted(rowid_column) : "NULL") + ", " +
                                       column_list(row.columns) + " FROM " + main_table(table) +
                                       " ORDER BY rowid"};
    while (rows.step()) {
      if (with_rowid) row.rowid = rows.integer(0);
      row.values = rows.row(1);
      take(row);
    }
  }
}

// What a run that was killed left at the end is no error: its rows are in the database.
std::size_t read_whole_members(store::GzipReader& reader, std::span<char> room, bool& ended,
                               const std::function<void(const core::Error&)>& warn) {
  try {
    return ended ? 0 : reader.read(room);
  } catch (const core::Error& error) {
    if (!reader.was_cut_short()) throw;
    warn(error);
    ended = true;
    return 0;
  }
}

}  // namespace

std::unique_ptr<Archive> open_archive(const std::string& path) {
  require_known_ending(path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return make_archive(path);
  return std::make_unique<NewArchive>(path);
}

std::uint64_t read_archive(const std::string& path, const std::function<void(const ArchivedRow&)>& take,
                           const std::function<void(const core::Error&)>& warn) {
  require_known_ending(path);
  if (path.ends_with(".db")) {
    read_database(path, take);
    return 0;
  }
  core::Fd file = open_file(path, O_RDONLY);
  if (path.ends_with(".gz")) {
    store::GzipReader reader{std::move(file), path};
    bool ended = false;
    return read_json_lines(
        path, [&](std::span<char> room) { return read_whole_members(reader, room, ended, warn); }, take,
        warn);
  }
  return read_json_lines(
      path, [&](std::span<char> room) { return core::read_some(file.get(), room, path); }, take, warn);
}

}  // namespace longhaul::dbprune
