// Rows kept outside of the database before they are deleted, and put back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema.hpp"

namespace longhaul::dbprune {

class Archive {
 public:
  virtual ~Archive() = default;
  // The values are those of the table's stored columns. They may wait in memory.
  virtual void add(const Table& table, const std::vector<store::Value>& key,
                   const std::vector<store::Value>& values) = 0;
  // All that was added is on the disk when this returns. Throws core::Error.
  virtual void sync() = 0;
};

// Appends to FILE.jsonl, FILE.jsonl.gz or FILE.db, by its ending; what a run that was killed left
// half-written there is taken off: its rows are still in the database. A file that is not there is made for
// the first row. Throws core::Error.
std::unique_ptr<Archive> open_archive(const std::string& path);

struct ArchivedRow {
  std::string table;
  std::optional<std::int64_t> rowid;  // where no column stands for it
  std::vector<std::string> columns;
  std::vector<store::Value> values;
};

// Reads an archive from its beginning; `warn` is told of rows of which only the beginning is there, and of
// lines that are none. Returns how many of these there were: the end may be missing, where a run was killed.
// Throws core::Error.
std::uint64_t read_archive(const std::string& path, const std::function<void(const ArchivedRow&)>& take,
                           const std::function<void(const core::Error&)>& warn);

}  // namespace longhaul::dbprune
