// Rows kept outside of the database before they are deleted, and put back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema.hpp"

namespace longhaul::dbprune {

class Archive {
 public:
  virtual ~Archive() = default;
  // The row has the table's stored columns. It may wait in memory.
  virtual void add(const Table& table, const std::vector<store::Value>& key, const store::Statement& row) = 0;
  // All that was added is on the disk when this returns. Throws core::Error.
  virtual void sync() = 0;
};

// Appends to FILE.jsonl, FILE.jsonl.gz or FILE.db, by its ending; what a run that was killed left
// half-written there is taken off: its rows are still in the database. Throws core::Error.
std::unique_ptr<Archive> open_archive(const std::string& path, const store::Database& from);

struct ArchivedRow {
  std::string table;
  std::vector<std::string> columns;  // a rowid that no column stands for comes first, as "rowid"
  std::vector<store::Value> values;
};

// Reads an archive from its beginning. Throws core::Error.
void read_archive(const std::string& path, const std::function<void(const ArchivedRow&)>& take);

}  // namespace longhaul::dbprune
