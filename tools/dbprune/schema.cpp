#include "schema.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/ascii.hpp"
#include "base/quantity.hpp"

namespace longhaul::dbprune {
namespace {

using store::quoted;
using store::Statement;

// The names of the rowid; a column may have taken one.
constexpr std::array<std::string_view, 3> rowid_names{"rowid", "_rowid_", "oid"};

OnDelete on_delete_of(std::string_view action) {
  if (action == "CASCADE") return OnDelete::cascade;
  if (action == "SET NULL") return OnDelete::set_null;
  if (action == "SET DEFAULT") return OnDelete::set_default;
  return OnDelete::nothing;
}

// https://www.sqlite.org/datatype3.html, section 3.1.
std::string_view affinity_of(std::string_view type) {
  std::string upper{type};
  for (char& c : upper) c = core::upper(c);
  const auto has = [&](std::string_view part) { return upper.find(part) != std::string::npos; };
  if (has("INT")) return "INTEGER";
  if (has("CHAR") || has("CLOB") || has("TEXT")) return "TEXT";
  if (has("BLOB") || upper.empty()) return "BLOB";
  if (has("REAL") || has("FLOA") || has("DOUB")) return "REAL";
  return "NUMERIC";
}

std::string collation_of(const store::Database& database, const std::string& table,
                         const std::string& column) {
  const char* collation = nullptr;
  ::sqlite3_table_column_metadata(database.handle(), "main", table.c_str(), column.c_str(), nullptr,
                                  &collation, nullptr, nullptr, nullptr);
  return collation == nullptr ? "BINARY" : collation;
}

// The primary key's columns stand in the table's order; `pk` numbers them in the key's.
void read_columns(const store::Database& database, Table& table) {
  Statement info{
      database,
      "SELECT name, \"notnull\", dflt_value, pk, hidden, type FROM pragma_table_xinfo(?) ORDER BY cid"};
  info.bind(1, table.name);
  std::map<std::int64_t, std::pair<std::string, std::string_view>> primary_key;
  while (info.step()) {
    Column column;
    column.name = info.text(0);
    column.not_null = info.integer(1) != 0;
    column.default_value = info.text(2);
    column.affinity = affinity_of(info.text(5));
    column.collation = collation_of(database, table.name, column.name);
    column.generated = info.integer(4) == 2 || info.integer(4) == 3;
    if (info.integer(3) == 1 && core::same_ignoring_case(info.text(5), "integer"))
      table.rowid_is_column = true;
    if (info.integer(3) > 1) table.rowid_is_column = false;
    if (info.integer(3) != 0) primary_key[info.integer(3)] = {column.name, column.affinity};
    table.columns.push_back(std::move(column));
  }
  if (table.has_rowid) {
    const auto* const free = std::ranges::find_if(
        rowid_names, [&](std::string_view name) { return table.column(name) == nullptr; });
    if (free != rowid_names.end()) {
      table.key = {std::string{*free}};
      table.key_affinities = {"INTEGER"};
      return;
    }
  }
  for (const auto& [place, column] : primary_key) {
    table.key.push_back(column.first);
    table.key_affinities.push_back(column.second);
  }
}

// The columns that a foreign key without any refers to: the parent's primary key.
std::vector<std::string> primary_key_of(const store::Database& database, const Table& table) {
  Statement info{database, "SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk"};
  info.bind(1, table.name);
  std::vector<std::string> columns;
  while (info.step()) columns.emplace_back(info.text(0));
  return columns;
}

// Whether the child's rows for one parent are found through an index, as the planner sees it. They are those
// that equal the parent's value by the parent's affinity and collation.
bool is_indexed(const store::Database& database, const Schema& schema, const ForeignKey& key) {
  const Table& child = schema.tables[key.child];
  const Table& parent = schema.tables[key.parent];
  std::string condition;
  for (std::size_t i = 0; i < key.child_columns.size(); ++i) {
    const Column* from = child.column(key.child_columns[i]);
    const Column* to = parent.column(key.parent_columns[i]);
    if (from == nullptr || from->affinity != to->affinity || from->collation != to->collation) return false;
    condition.append(i == 0 ? "" : " AND ")
        .append(quoted(from->name))
        .append(" = ?")
        .append(std::to_string(i + 1));
  }
  Statement plan{database, "EXPLAIN QUERY PLAN SELECT 1 FROM " + main_table(child) + " WHERE " + condition};
  // "SEARCH child USING INDEX name (a=? AND b=?)": by all of the columns.
  bool search = false;
  while (plan.step()) {
    const std::string_view how = plan.text(3);
    std::size_t terms = 0;
    for (std::size_t at = how.find("=?"); at != std::string_view::npos; at = how.find("=?", at + 1)) ++terms;
    search = search || (how.starts_with("SEARCH") && terms == key.child_columns.size());
  }
  return search;
}

void read_foreign_keys(const store::Database& database, Schema& schema, std::size_t child) {
  Statement list{
      database,
      "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq"};
  list.bind(1, schema.tables[child].name);
  std::map<std::int64_t, ForeignKey> found;
  while (list.step()) {
    const auto parent = schema.find(list.text(1));
    if (!parent) continue;
    ForeignKey& key = found[list.integer(0)];
    key.child = child;
    key.parent = *parent;
    key.on_delete = on_delete_of(list.text(4));
    key.child_columns.emplace_back(list.text(2));
    if (!list.is_null(3)) key.parent_columns.emplace_back(list.text(3));
  }
  for (auto& [id, key] : found) {
    if (key.parent_columns.empty()) key.parent_columns = primary_key_of(database, schema.tables[key.parent]);
    const Table& parent = schema.tables[key.parent];
    const bool there = std::ranges::all_of(
        key.parent_columns, [&](const std::string& name) { return parent.column(name) != nullptr; });
    if (!there || key.parent_columns.size() != key.child_columns.size()) continue;
    key.indexed = is_indexed(database, schema, key);
    schema.tables[key.parent].referrers.push_back(schema.foreign_keys.size());
    schema.tables[child].references.push_back(schema.foreign_keys.size());
    schema.foreign_keys.push_back(std::move(key));
  }
}

}  // namespace

const Column* Table::column(std::string_view wanted) const {
  const auto found = std::ranges::find_if(
      columns, [&](const Column& each) { return core::same_ignoring_case(each.name, wanted); });
  return found == columns.end() ? nullptr : &*found;
}

std::optional<std::size_t> Schema::find(std::string_view name) const {
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (core::same_ignoring_case(tables[i].name, name)) return i;
  return std::nullopt;
}

Schema read_schema(const store::Database& database) {
  Schema schema;
  Statement list{database, "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                           "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"};
  while (list.step()) {
    Table table;
    table.name = list.text(0);
    table.has_rowid = list.integer(1) == 0;
    read_columns(database, table);
    if (table.key.empty()) continue;  // a rowid whose names are all taken: nothing identifies a row
    schema.tables.push_back(std::move(table));
  }
  for (std::size_t i = 0; i < schema.tables.size(); ++i) read_foreign_keys(database, schema, i);
  return schema;
}

std::string column_list(const std::vector<std::string>& columns, std::string_view prefix) {
  std::string list;
  for (const std::string& column : columns) {
    if (!list.empty()) list += ", ";
    list.append(prefix).append(quoted(column));
  }
  return list;
}

std::string parameter_list(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += i == 0 ? "?" : ", ?";
  return list;
}

std::string equal_columns(std::string_view left_prefix, const std::vector<std::string>& left,
                          std::string_view right_prefix, const std::vector<std::string>& right) {
  std::string condition;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i != 0) condition += " AND ";
    condition.append(left_prefix).append(quoted(left[i])).append(" = ");
    condition.append(right_prefix).append(quoted(right[i]));
  }
  return condition;
}

std::string equal_parameters(const std::vector<std::string>& columns, std::string_view prefix,
                             std::size_t first) {
  std::string condition;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != 0) condition += " AND ";
    condition.append(prefix).append(quoted(columns[i])).append(" = ?").append(std::to_string(first + i));
  }
  return condition;
}

std::vector<std::string> stored_columns(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns)
    if (!column.generated) names.push_back(column.name);
  return names;
}

std::string main_table(const Table& table) { return "main." + quoted(table.name); }

}  // namespace longhaul::dbprune
