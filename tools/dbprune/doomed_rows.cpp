#include "doomed_rows.hpp"

#include <sqlite3.h>

#include <vector>

#include "age.hpp"
#include "cli/nearest.hpp"

namespace longhaul::dbprune {
namespace {

std::size_t table_named(const store::Database& database, const Schema& schema, const std::string& name) {
  if (const auto found = schema.find(name)) return *found;
  store::Statement other{
      database, "SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?1 COLLATE NOCASE"};
  other.bind(1, name);
  if (other.step())
    throw core::Error{name,
                      "a " + std::string{other.text(0)} + " table is not pruned: only ordinary tables are"};
  std::vector<std::string_view> names;
  for (const Table& each : schema.tables) names.push_back(each.name);
  throw core::Error{name, "no such table" + cli::suggestion(name, names)};
}

void check_column(const Table& table, const std::string& column) {
  if (column.empty() || table.column(column) != nullptr) return;
  std::vector<std::string_view> names;
  for (const Column& each : table.columns) names.push_back(each.name);
  throw core::Error{table.name + "." + column, "no such column" + cli::suggestion(column, names)};
}

// While one lives, a name in double quotes that is no column is not taken for a string.
class StrictQuotes {
 public:
  explicit StrictQuotes(const store::Database& database) : database_{database} { set(0); }
  StrictQuotes(const StrictQuotes&) = delete;
  StrictQuotes& operator=(const StrictQuotes&) = delete;
  ~StrictQuotes() { set(1); }

 private:
  void set(int loose) const {
    ::sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_DQS_DML, loose, nullptr);
  }
  const store::Database& database_;
};

// The expression alone, so that what is wrong with it is said of it. Between CASE and END no bracket of it
// can close one that is not its own.
void check_where(const store::Database& database, const Table& table, const std::string& where) {
  if (where.empty()) return;
  try {
    const StrictQuotes strict{database};
    const store::Statement statement{database,
                                     "SELECT CASE WHEN 1 THEN " + where + "\n END FROM " + main_table(table)};
    if (statement.parameters() != 0)
      throw core::Error{"--where", "has a parameter, for which there is no value"};
  } catch (const store::DatabaseError& error) {
    throw core::Error{"--where", error.reason, error.exit};
  }
}

void check_complete(const Rule& rule, bool to_budget) {
  if (rule.table.empty()) throw core::Error{"--table", "is not given: which rows are to be pruned?"};
  const bool by_age = !rule.age_column.empty();
  const bool has_age = rule.older_than.count() != 0;
  if (has_age && !by_age) throw core::Error{"--older-than", "needs --age-column"};
  if (by_age && !has_age && !to_budget) throw core::Error{"--age-column", "needs --older-than"};
  const bool any =
      by_age || !rule.where.empty() || !rule.expired_column.empty() || rule.max_rows != 0 || to_budget;
  if (!any)
    throw core::Error{rule.table,
                      "which of its rows? See --where, --age-column, --expired-column, --max-rows"};
  if (rule.max_rows != 0 && rule.order_by.empty()) throw core::Error{"--max-rows", "needs --order-by"};
}

// A row that has come to stand among the first N meanwhile stays.
std::string not_above_limit(const store::Database& database, const Table& table, const Rule& rule,
                            const std::string& where) {
  const std::string column = store::quoted(rule.order_by);
  const std::string limit =
      database.text("SELECT quote(" + column + ") FROM " + main_table(table) + " WHERE " + where +
                    " ORDER BY " + column + " DESC LIMIT 1 OFFSET " + std::to_string(rule.max_rows));
  return limit.empty() || limit == "NULL" ? column + " IS NULL"
                                          : "(" + column + " IS NULL OR " + column + " <= " + limit + ")";
}

Unit unit_for(const store::Database& database, const Table& table, const Rule& rule,
              const std::string& column) {
  return rule.age_unit == Unit::automatic ? unit_of(database, table, column) : rule.age_unit;
}

// Older or expired; empty where the rule asks for neither. Sets the unit that it goes by.
std::string time_condition(const store::Database& database, const Table& table, const Rule& rule,
                           core::Time as_of, Unit& unit) {
  std::string condition;
  if (!rule.age_column.empty() && rule.older_than.count() != 0) {
    unit = unit_for(database, table, rule, rule.age_column);
    condition = earlier(rule.age_column, unit, as_of - rule.older_than);
  }
  if (!rule.expired_column.empty()) {
    const Unit of_expiry = unit_for(database, table, rule, rule.expired_column);
    if (condition.empty()) unit = of_expiry;
    condition.append(condition.empty() ? "" : " OR ")
        .append(not_later(rule.expired_column, of_expiry, as_of));
  }
  return condition;
}

// SELECT of the keys of the rows beyond the first N.
std::string rows_beyond(const Table& table, const Rule& rule, const std::string& rows) {
  std::string order = " ORDER BY " + store::quoted(rule.order_by) + " DESC";
  for (const std::string& each : table.key) order += ", " + store::quoted(each) + " DESC";
  return "SELECT * FROM (" + rows + order + " LIMIT -1 OFFSET " + std::to_string(rule.max_rows) + ")";
}

// What --max-size goes by: the age, the expiry, or else --order-by.
std::string oldest_first(const Rule& rule, Unit unit) {
  std::string column = rule.age_column.empty() ? rule.expired_column : rule.age_column;
  if (column.empty()) column = rule.order_by;
  if (column.empty()) return {};
  const std::string value = column == rule.order_by ? store::quoted(column) : in_order_of_time(column, unit);
  return " AND " + value + " IS NOT NULL ORDER BY " + value;
}

}  // namespace

BoundRule bind_rule(const store::Database& database, const Schema& schema, const Rule& rule, core::Time as_of,
                    bool to_budget) {
  check_complete(rule, to_budget);
  BoundRule bound{&rule, table_named(database, schema, rule.table), rule.age_unit, {}, {}, {}};
  const Table& table = schema.tables[bound.table];
  for (const std::string& column : {rule.age_column, rule.expired_column, rule.order_by})
    check_column(table, column);
  check_where(database, table, rule.where);
  if (to_budget && !rule.age_column.empty()) bound.unit = unit_for(database, table, rule, rule.age_column);

  const std::string times = time_condition(database, table, rule, as_of, bound.unit);
  const std::string where = rule.where.empty() ? "1" : "(" + rule.where + "\n)";
  const std::string rows =
      "SELECT " + column_list(table.key) + " FROM " + main_table(table) + " WHERE " + where;
  bound.still = where;
  bound.candidates = rows + oldest_first(rule, bound.unit);
  if (rule.max_rows != 0) {
    const std::string beyond = rows_beyond(table, rule, rows);
    const std::string still = not_above_limit(database, table, rule, where);
    bound.selection = times.empty() ? beyond : rows + " AND (" + times + ") UNION " + beyond;
    bound.still += " AND (" + (times.empty() ? still : times + " OR " + still) + ")";
  } else if (!times.empty()) {
    bound.selection = rows + " AND (" + times + ")";
    bound.still += " AND (" + times + ")";
  } else if (!rule.where.empty() && rule.age_column.empty()) {
    bound.selection = rows;
  }
  return bound;
}

}  // namespace longhaul::dbprune
