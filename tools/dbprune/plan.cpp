#include "plan.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"

namespace longhaul::dbprune {
namespace {

std::string key_names(std::size_t count, std::string_view prefix, char letter) {
  std::string names;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) names += ", ";
    names.append(prefix).append(1, letter).append(std::to_string(i));
  }
  return names;
}

// `k0 INTEGER, k1 TEXT`.
std::string declared_keys(const Table& table, char letter) {
  std::string columns;
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    if (i != 0) columns += ", ";
    columns.append(1, letter).append(std::to_string(i)).append(" ").append(table.key_affinities[i]);
  }
  return columns;
}

// `x."id" = d.k0 AND …`: a row of the database and its entry in a table of keys.
std::string same_key(const Table& table, std::string_view row, std::string_view entry, char letter = 'k') {
  std::string condition;
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    if (i != 0) condition += " AND ";
    condition.append(row).append(store::quoted(table.key[i])).append(" = ");
    condition.append(entry).append(1, letter).append(std::to_string(i));
  }
  return condition;
}

std::string same_entry(std::size_t count, std::string_view left, char left_letter, std::string_view right) {
  std::string condition;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    if (i != 0) condition += " AND ";
    condition.append(left).append(1, left_letter).append(number).append(" = ");
    condition.append(right).append(1, 'k').append(number);
  }
  return condition;
}

}  // namespace

std::string Plan::key_columns(const Table& table, std::string_view prefix, char letter) {
  return key_names(table.key.size(), prefix, letter);
}

Plan::Plan(const store::Database& database, const Schema& schema, OnReferenced on_referenced, bool list_all)
    : database_{database}, schema_{schema}, on_referenced_{on_referenced}, rows_(schema.tables.size()),
      counted_(schema.tables.size()), highest_rowid_(schema.tables.size()) {
  // Nothing in there has to outlive this process.
  database_.run("PRAGMA temp_store = FILE; PRAGMA temp.journal_mode = OFF; PRAGMA temp.cache_size = -8000");
  for (std::size_t i = 0; i < schema_.tables.size(); ++i) {
    database_.run("DROP TABLE IF EXISTS " + doomed_table(i));
    make_key_table(doomed_table(i), schema_.tables[i], ", rule INTEGER");
    make_key_table(fresh_table(i), schema_.tables[i], "");
    make_key_table(next_table(i), schema_.tables[i], "");
    counted_[i] = !list_all && only_counted(i);
  }
  for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i)
    database_.run("DROP TABLE IF EXISTS " + refers_table(i));
}

void Plan::make_key_table(const std::string& name, const Table& table, std::string_view more) const {
  database_.run("DROP TABLE IF EXISTS " + name);
  std::string sql = "CREATE TABLE " + name + " (";
  if (table.has_rowid && table.key.size() == 1) {
    sql.append("k0 INTEGER PRIMARY KEY").append(more).append(")");
  } else {
    sql += declared_keys(table, 'k');
    sql.append(more).append(", PRIMARY KEY (").append(key_columns(table)).append(")) WITHOUT ROWID");
  }
  database_.run(sql);
}

// Nobody refers to its rows, and all that refer to a doomed row go: about how many they are is enough.
bool Plan::only_counted(std::size_t table) const {
  const Table& each = schema_.tables[table];
  return on_referenced_ == OnReferenced::cascade && each.referrers.empty() && !each.references.empty() &&
         std::ranges::all_of(each.references,
                             [&](std::size_t key) { return follows(schema_.foreign_keys[key]); });
}

bool Plan::lets_go(const ForeignKey& key) const {
  if (key.on_delete != OnDelete::set_null && key.on_delete != OnDelete::set_default) return false;
  const Table& child = schema_.tables[key.child];
  return std::ranges::all_of(key.child_columns, [&](const std::string& name) {
    const Column* column = child.column(name);
    const bool to_null = key.on_delete == OnDelete::set_null || column->default_value.empty();
    // A default would have to refer to a row that is there and stays: such rows are in the way instead.
    return to_null && !column->not_null;
  });
}

bool Plan::follows(const ForeignKey& key) const {
  if (lets_go(key)) return false;
  return on_referenced_ == OnReferenced::cascade || key.on_delete == OnDelete::cascade;
}

std::uint64_t Plan::count(const std::string& table) const {
  return static_cast<std::uint64_t>(database_.number("SELECT count(*) FROM " + table));
}

std::uint64_t Plan::rows_of_rules(std::size_t table) const {
  return static_cast<std::uint64_t>(
      database_.number("SELECT count(*) FROM " + doomed_table(table) + " WHERE rule IS NOT NULL"));
}

void Plan::add(std::size_t table, const std::string& selection, std::size_t rule) {
  counted_[table] = false;
  const std::string columns = key_columns(schema_.tables[table]);
  database_.run("INSERT OR IGNORE INTO " + doomed_table(table) + " (" + columns + ", rule) SELECT *, " +
                std::to_string(rule) + " FROM (" + selection + ")");
}

// Which rows refer by the key, sorted by what they refer to.
void Plan::list_references(std::size_t key) {
  const ForeignKey& foreign = schema_.foreign_keys[key];
  const Table& parent = schema_.tables[foreign.parent];
  const Table& child = schema_.tables[foreign.child];
  const std::string parents = key_columns(parent, "", 'p');
  const std::string children = key_columns(child, "", 'c');
  database_.run("CREATE TABLE " + refers_table(key) + " (" + declared_keys(parent, 'p') + ", " +
                declared_keys(child, 'c') + ", PRIMARY KEY (" + parents + ", " + children +
                ")) WITHOUT ROWID");
  // Of several keys the first one's: what comes while they are listed is found again.
  if (child.has_rowid && !highest_rowid_[foreign.child])
    highest_rowid_[foreign.child] =
        database_.number("SELECT max(" + column_list(child.key) + ") FROM " + main_table(child));
  database_.run("INSERT OR IGNORE INTO " + refers_table(key) + " SELECT " + column_list(parent.key, "p.") +
                ", " + column_list(child.key, "c.") + " FROM " + main_table(child) + " c CROSS JOIN " +
                main_table(parent) + " p ON " +
                equal_columns("p.", foreign.parent_columns, "c.", foreign.child_columns) + " ORDER BY " +
                column_list(parent.key, "p."));
}

// Whether rows of the table may refer by a key without an index.
bool Plan::watches(std::size_t table) const {
  const Table& child = schema_.tables[table];
  return child.has_rowid && std::ranges::any_of(child.references, [&](std::size_t key) {
           return !schema_.foreign_keys[key].indexed;
         });
}

void Plan::note_highest_rowids() {
  for (std::size_t i = 0; i < schema_.tables.size(); ++i)
    if (watches(i))
      highest_rowid_[i] = database_.number("SELECT max(" + column_list(schema_.tables[i].key) + ") FROM " +
                                           main_table(schema_.tables[i]));
}

void Plan::look_for_new_references() {
  for (std::size_t i = 0; i < schema_.tables.size(); ++i) {
    if (!watches(i)) continue;
    const Table& child = schema_.tables[i];
    const std::string rowid = column_list(child.key);
    const std::int64_t highest = database_.number("SELECT max(" + rowid + ") FROM " + main_table(child));
    if (highest <= highest_rowid_[i].value_or(0)) continue;
    for (const std::size_t key : child.references) {
      const ForeignKey& foreign = schema_.foreign_keys[key];
      if (foreign.indexed) continue;
      const Table& parent = schema_.tables[foreign.parent];
      database_.run("INSERT OR IGNORE INTO " + refers_table(key) + " SELECT " +
                    column_list(parent.key, "p.") + ", " + column_list(child.key, "c.") + " FROM " +
                    main_table(child) + " c CROSS JOIN " + main_table(parent) + " p ON " +
                    equal_columns("p.", foreign.parent_columns, "c.", foreign.child_columns) + " WHERE c." +
                    rowid + " > " + std::to_string(highest_rowid_[i].value_or(0)));
    }
    highest_rowid_[i] = highest;
  }
}

// FROM and WHERE of the rows that refer by a key to the rows whose keys are in a table of keys; SELECT gives
// `columns`, in which the child's row is c and the parent's entry d.
std::string Plan::referring_rows(std::size_t key, const std::string& parents,
                                 const std::string& columns) const {
  const ForeignKey& foreign = schema_.foreign_keys[key];
  const Table& parent = schema_.tables[foreign.parent];
  const Table& child = schema_.tables[foreign.child];
  if (foreign.indexed)
    return "SELECT " + columns + " FROM " + parents + " d CROSS JOIN " + main_table(parent) + " p ON " +
           same_key(parent, "p.", "d.") + " CROSS JOIN " + main_table(child) + " c ON " +
           equal_columns("p.", foreign.parent_columns, "c.", foreign.child_columns);
  return "SELECT " + columns + " FROM " + parents + " d CROSS JOIN " + refers_table(key) + " r ON " +
         same_entry(parent.key.size(), "r.", 'p', "d.") + " CROSS JOIN " + main_table(child) + " c ON " +
         same_key(child, "c.", "r.", 'c');
}

void Plan::close() {
  for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i)
    if (!schema_.foreign_keys[i].indexed) list_references(i);
  add_followers();
  if (on_referenced_ != OnReferenced::cascade) keep_referenced();
  for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] += count(doomed_table(i));
}

// From what refers to some of the rows.
std::uint64_t Plan::estimated_referring(std::size_t key, const std::string& parents) const {
  constexpr std::int64_t sample = 1000;
  const auto all = static_cast<std::int64_t>(count(parents));
  if (all == 0) return 0;
  const std::string some =
      "(SELECT * FROM " + parents + " ORDER BY random() LIMIT " + std::to_string(sample) + ")";
  const std::int64_t found = database_.number(referring_rows(key, some, "count(*)"));
  return static_cast<std::uint64_t>(found * all / std::min(all, sample));
}

// Round by round: what refers to what came in the round before.
void Plan::add_followers() {
  std::set<std::size_t> came;
  for (std::size_t i = 0; i < schema_.tables.size(); ++i)
    if (count(doomed_table(i)) != 0) came.insert(i);
  for (bool first = true; !came.empty(); first = false) {
    std::set<std::size_t> coming;
    for (const std::size_t parent : came) {
      const std::string parents = first ? doomed_table(parent) : fresh_table(parent);
      for (const std::size_t key : schema_.tables[parent].referrers) {
        const ForeignKey& foreign = schema_.foreign_keys[key];
        const Table& child = schema_.tables[foreign.child];
        if (!follows(foreign)) continue;
        if (counted_[foreign.child]) {
          rows_[foreign.child] += estimated_referring(key, parents);
          continue;
        }
        const std::string keys = key_columns(child);
        database_.run("INSERT OR IGNORE INTO " + next_table(foreign.child) + " (" + keys + ") " +
                      referring_rows(key, parents, column_list(child.key, "c.")) +
                      " WHERE NOT EXISTS (SELECT 1 FROM " + doomed_table(foreign.child) + " x WHERE " +
                      same_key(child, "c.", "x.") + ") ORDER BY " + column_list(child.key, "c."));
        coming.insert(foreign.child);
      }
    }
    came.clear();
    for (const std::size_t table : coming) {
      const std::string keys = key_columns(schema_.tables[table]);
      database_.run("DELETE FROM " + fresh_table(table) + "; INSERT INTO " + fresh_table(table) +
                    " SELECT * FROM " + next_table(table) + "; DELETE FROM " + next_table(table) +
                    "; INSERT OR IGNORE INTO " + doomed_table(table) + " (" + keys +
                    ", rule) SELECT *, NULL FROM " + fresh_table(table));
      if (count(fresh_table(table)) != 0) came.insert(table);
    }
  }
}

// Doomed rows that a row refers to which stays, are kept; then what these refer to; until nothing changes.
void Plan::keep_referenced() {
  for (std::size_t i = 0; i < schema_.tables.size(); ++i)
    database_.run("DELETE FROM " + fresh_table(i) + "; DELETE FROM " + next_table(i));
  first_kept();
  while (next_kept()) {
  }
  // Rows that went only with each other do not go.
  for (std::size_t i = 0; i < schema_.tables.size(); ++i)
    database_.run("DELETE FROM " + doomed_table(i) + " WHERE rule IS NULL");
  add_followers();
}

void Plan::first_kept() {
  for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i) {
    const ForeignKey& foreign = schema_.foreign_keys[i];
    if (lets_go(foreign) || counted_[foreign.child]) continue;
    const Table& parent = schema_.tables[foreign.parent];
    const Table& child = schema_.tables[foreign.child];
    const std::string before = "SELECT count(*) FROM " + next_table(foreign.parent);
    const std::int64_t known = database_.number(before);
    database_.run("INSERT OR IGNORE INTO " + next_table(foreign.parent) + " " +
                  referring_rows(i, doomed_table(foreign.parent), key_columns(parent, "d.")) +
                  " WHERE NOT EXISTS (SELECT 1 FROM " + doomed_table(foreign.child) + " x WHERE " +
                  same_key(child, "c.", "x.") + ")");
    const std::int64_t kept = database_.number(before) - known;
    if (kept == 0) continue;
    held_back_[i] += static_cast<std::uint64_t>(kept);
    if (on_referenced_ == OnReferenced::fail)
      throw core::Error{parent.name, std::to_string(kept) + (kept == 1 ? " row is" : " rows are") +
                                         " referred to by " + child.name + "." +
                                         foreign.child_columns.front() + ", and --on-referenced says fail"};
  }
}

// A condition on c, a row of the table: a doomed row is there that it goes with.
std::string Plan::has_doomed_parent(std::size_t table) const {
  std::string condition = "0";
  for (const std::size_t key : schema_.tables[table].references) {
    const ForeignKey& foreign = schema_.foreign_keys[key];
    const Table& parent = schema_.tables[foreign.parent];
    if (!follows(foreign)) continue;
    condition += " OR EXISTS (SELECT 1 FROM " + main_table(parent) + " q CROSS JOIN " +
                 doomed_table(foreign.parent) + " e ON " + same_key(parent, "q.", "e.") + " WHERE " +
                 equal_columns("q.", foreign.parent_columns, "c.", foreign.child_columns) + ")";
  }
  return condition;
}

bool Plan::next_kept() {
  bool any = false;
  for (std::size_t i = 0; i < schema_.tables.size(); ++i) {
    const std::string keys = key_columns(schema_.tables[i]);
    const std::string fresh = fresh_table(i);
    const std::string next = next_table(i);
    database_.run("DELETE FROM " + fresh);
    database_.run("INSERT INTO " + fresh + " SELECT * FROM " + next);
    database_.run("DELETE FROM " + next);
    database_.run("DELETE FROM " + doomed_table(i) + " WHERE (" + keys + ") IN (SELECT " + keys + " FROM " +
                  fresh + ")");
    any = any || count(fresh_table(i)) != 0;
  }
  if (!any) return false;
  for (std::size_t i = 0; i < schema_.foreign_keys.size(); ++i) {
    const ForeignKey& foreign = schema_.foreign_keys[i];
    if (lets_go(foreign)) continue;
    const Table& parent = schema_.tables[foreign.parent];
    const Table& child = schema_.tables[foreign.child];
    const std::string kept_before = "SELECT count(*) FROM " + next_table(foreign.parent);
    const std::int64_t known = database_.number(kept_before);
    // A kept row keeps what it refers to.
    database_.run("INSERT OR IGNORE INTO " + next_table(foreign.parent) + " SELECT " +
                  key_columns(parent, "d.") + " FROM " + fresh_table(foreign.child) + " f CROSS JOIN " +
                  main_table(child) + " c ON " + same_key(child, "c.", "f.") + " CROSS JOIN " +
                  main_table(parent) + " p ON " +
                  equal_columns("p.", foreign.parent_columns, "c.", foreign.child_columns) + " CROSS JOIN " +
                  doomed_table(foreign.parent) + " d ON " + same_key(parent, "p.", "d."));
    held_back_[i] += static_cast<std::uint64_t>(database_.number(kept_before) - known);
    if (held_back_[i] == 0) held_back_.erase(i);
    if (!follows(foreign)) continue;
    // What went only with a row that stays, stays.
    database_.run("INSERT OR IGNORE INTO " + next_table(foreign.child) + " " +
                  referring_rows(i, fresh_table(foreign.parent), column_list(child.key, "c.")) +
                  " CROSS JOIN " + doomed_table(foreign.child) + " y ON " + same_key(child, "c.", "y.") +
                  " WHERE y.rule IS NULL AND NOT (" + has_doomed_parent(foreign.child) + ")");
  }
  return true;
}

}  // namespace longhaul::dbprune
