// The tables of a database and how they refer to each other.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace longhaul::dbprune {

struct Column {
  std::string name;
  bool not_null = false;
  std::string default_value;  // an SQL expression, empty for none
  std::string_view affinity;  // "INTEGER", "TEXT", …
  std::string collation;
  bool generated = false;
};

// What a foreign key says of its rows when the row that they refer to is deleted.
enum class OnDelete {
  nothing,      // NO ACTION and RESTRICT: they are in the way
  cascade,      // they go too
  set_null,     // they stay, and refer to nothing
  set_default,  // they stay, and refer to a default: taken for set_null or nothing (Plan::lets_go)
};

struct ForeignKey {
  std::size_t child;   // table, by its place in Schema::tables
  std::size_t parent;  // likewise
  std::vector<std::string> child_columns;
  std::vector<std::string> parent_columns;
  OnDelete on_delete = OnDelete::nothing;
  bool indexed = false;  // rows that refer to a given one are found without reading the whole table
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  // What identifies a row: a name of the rowid, or the primary key of a table without one.
  std::vector<std::string> key;
  std::vector<std::string_view>
      key_affinities;  // "INTEGER", "TEXT", …: a table of keys is searched by theirs
  bool has_rowid = true;
  bool rowid_is_column = false;  // an INTEGER PRIMARY KEY stands for it
  std::vector<std::size_t>
      referrers;  // foreign keys whose parent it is, by their place in Schema::foreign_keys
  std::vector<std::size_t> references;  // and whose child it is

  [[nodiscard]] const Column* column(std::string_view name) const;
};

struct Schema {
  std::vector<Table> tables;
  std::vector<ForeignKey> foreign_keys;

  // By name, without regard to case.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
};

// The ordinary tables of the main database: no views, no virtual tables, nor the tables behind those. A
// foreign key whose parent is not there, or has no such columns, is left out: nothing can refer by it.
Schema read_schema(const store::Database& database);

// "a", "b" as `"a", "b"`, each with the prefix: `t."a"`.
std::string column_list(const std::vector<std::string>& columns, std::string_view prefix = {});
// "?, ?, ?".
std::string parameter_list(std::size_t count);
// `l."a" = r."x" AND …`
std::string equal_columns(std::string_view left_prefix, const std::vector<std::string>& left,
                          std::string_view right_prefix, const std::vector<std::string>& right);
// `"a" = ?1 AND "b" = ?2`, counted from `first`.
std::string equal_parameters(const std::vector<std::string>& columns, std::string_view prefix = {},
                             std::size_t first = 1);
std::string main_table(const Table& table);
// Those that are not generated.
std::vector<std::string> stored_columns(const Table& table);

}  // namespace longhaul::dbprune
