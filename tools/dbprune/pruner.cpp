#include "pruner.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "base/error.hpp"

namespace longhaul::dbprune {
namespace {

using store::Statement;

constexpr int roots_at_once = 500;
constexpr int referring_at_once = 200;

std::string entry_parameters(std::size_t count, char letter, std::size_t first = 1) {
  std::string condition;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) condition += " AND ";
    condition.append(1, letter).append(std::to_string(i)).append(" = ?").append(std::to_string(first + i));
  }
  return condition;
}

}  // namespace

Pruner::Pruner(const store::Database& database, const Schema& schema, Plan& plan, Pace& pace, Archive archive,
               Progress progress)
    : database_{database}, schema_{schema}, plan_{plan}, pace_{pace}, archive_{std::move(archive)},
      progress_{std::move(progress)}, tables_(schema.tables.size()), keys_(schema.foreign_keys.size()),
      deleted_(schema.tables.size()) {}

bool Pruner::run(const BoundRule& rule, std::size_t number) {
  const Table& table = schema_.tables[rule.table];
  root_table_ = rule.table;
  const std::string still = " WHERE " + equal_parameters(table.key) + " AND " + rule.still;
  const std::vector<std::string> referred = referred_columns(rule.table);
  root_values_ =
      std::make_unique<Statement>(database_, "SELECT " + (referred.empty() ? "1" : column_list(referred)) +
                                                 " FROM " + main_table(table) + still);
  remove_root_ = std::make_unique<Statement>(database_, "DELETE FROM " + main_table(table) + still);

  const std::string columns = Plan::key_columns(table);
  const std::string from = "SELECT " + columns + " FROM " + Plan::doomed_table(rule.table) +
                           " WHERE rule = " + std::to_string(number);
  const std::string order = " ORDER BY " + columns + " LIMIT " + std::to_string(roots_at_once);
  Statement first{database_, from + order};
  Statement next{database_,
                 from + " AND (" + columns + ") > (" + parameter_list(table.key.size()) + ")" + order};
  std::vector<Key> roots;
  while (first.step()) roots.push_back(first.row());
  while (!roots.empty()) {
    for (const Key& root : roots)
      if (!erase(root)) return false;
    const Key last = roots.back();
    roots.clear();
    next.bind_all(last);
    while (next.step()) roots.push_back(next.row());
  }
  pace_.finish();
  return true;
}

// Goes depth first, so that between two transactions nothing refers to a row that is gone. False where the
// pace had to stop.
bool Pruner::erase(const Key& key) {
  cycle_from_ = no_cycle;
  const std::size_t table = root_table_;
  bool begun = false;
  const auto work = [&] {
    if (!begun) {
      begun = true;
      push(table, key, *root_values_);
      // One that is gone went with a row that it referred to.
      if (stack_.empty() && is_there(table, key)) ++changed_;
    } else {
      advance();
    }
    return cycle_from_ == no_cycle;
  };
  while (!begun || !stack_.empty()) {
    if (pace_.step(work)) continue;
    stack_.clear();
    on_stack_.clear();
    return false;
  }
  return true;
}

// Nothing happens where the row is not there.
void Pruner::push(std::size_t table, Key key, Statement& values) {
  values.bind_all(key);
  if (!values.step()) return;
  Node node{table, std::move(key), values.row(), 0, {}, {}, {}, pace_.transactions(), false};
  values.reset();
  on_stack_.emplace(table, node.key);
  stack_.push_back(std::move(node));
}

// A row that stays keeps the one below it, which it refers to.
void Pruner::pop() {
  const bool stays = stack_.back().stays;
  on_stack_.erase({stack_.back().table, stack_.back().key});
  stack_.pop_back();
  if (stays && !stack_.empty()) stack_.back().stays = true;
  if (cycle_from_ != no_cycle && stack_.size() <= cycle_from_) end_cycle(stays);
}

// What refers to itself goes as a whole or not at all.
void Pruner::begin_cycle(std::size_t place) {
  if (cycle_from_ == no_cycle) {
    database_.run("SAVEPOINT cycle");
    deleted_before_cycle_ = deleted_;
  }
  cycle_from_ = std::min(cycle_from_, place);
}

void Pruner::end_cycle(bool stays) {
  cycle_from_ = no_cycle;
  if (stays) {
    database_.run("ROLLBACK TO cycle");
    deleted_ = deleted_before_cycle_;
  }
  database_.run("RELEASE cycle");
}

// Others may have written since the last transaction. False where the row is gone, or its rule dooms it no
// more.
bool Pruner::look_again(Node& node) {
  Statement& values = &node == &stack_.front() ? *root_values_ : values_of(node.table);
  const bool there = values.bind_all(node.key).step();
  if (there) node.values = values.row();
  values.reset();
  node.referrer = 0;
  node.waiting.clear();
  node.last = node.taken[0];
  node.looked = pace_.transactions();
  return there;
}

void Pruner::advance() {
  Node& node = stack_.back();
  if (node.looked != pace_.transactions() && !look_again(node)) {
    if (is_there(node.table, node.key)) ++changed_, node.stays = true;
    return pop();
  }
  if (!node.stays && !node.waiting.empty()) return take_referring();
  if (!node.stays && look_for_referring(node)) return;
  if (!node.stays) {
    const bool is_root = stack_.size() == 1;
    Statement& statement = is_root ? *remove_root_ : remove_from(node.table);
    node.stays = !remove(node.table, node.key, statement);
  }
  pop();
}

// False where nothing more refers to the row.
bool Pruner::look_for_referring(Node& node) {
  const std::vector<std::size_t>& referrers = schema_.tables[node.table].referrers;
  for (; node.referrer < referrers.size(); ++node.referrer) {
    const std::size_t key = referrers[node.referrer];
    if (schema_.foreign_keys[key].indexed)
      list_through_index(node, key);
    else
      list_through_refers(node, key);
    if (!node.waiting.empty()) return true;
    node.last = node.taken[node.referrer + 1];
  }
  return false;
}

// Rows that go, or are let go, are not listed again; only those on the way to their own deletion are.
void Pruner::list_through_index(Node& node, std::size_t key) {
  const ForeignKey& foreign = schema_.foreign_keys[key];
  const Table& child = schema_.tables[foreign.child];
  Statement& referring = made(keys_[key].referring, [&] {
    return "SELECT " + column_list(child.key) + " FROM " + main_table(child) + " WHERE " +
           equal_parameters(foreign.child_columns) + " LIMIT ?" +
           std::to_string(foreign.child_columns.size() + 1);
  });
  const Key values = values_for(node, foreign);
  referring.bind_all(values).bind(static_cast<int>(values.size()) + 1,
                                  static_cast<std::int64_t>(referring_at_once + stack_.size()));
  while (referring.step()) {
    Key row = referring.row();
    if (!is_on_stack(foreign.child, row)) node.waiting.push_back(std::move(row));
  }
  std::ranges::reverse(node.waiting);
}

void Pruner::list_through_refers(Node& node, std::size_t key) {
  const ForeignKey& foreign = schema_.foreign_keys[key];
  const Table& parent = schema_.tables[foreign.parent];
  const Table& child = schema_.tables[foreign.child];
  const std::string columns = Plan::key_columns(child, "", 'c');
  const std::string select = "SELECT " + columns + " FROM " + Plan::refers_table(key) + " WHERE " +
                             entry_parameters(parent.key.size(), 'p');
  const std::string order = " ORDER BY " + columns + " LIMIT " + std::to_string(referring_at_once);
  Statement& still = made(keys_[key].refers, [&] {
    return "SELECT 1 FROM " + main_table(child) + " c CROSS JOIN " + main_table(parent) + " p ON " +
           equal_columns("p.", foreign.parent_columns, "c.", foreign.child_columns) + " WHERE " +
           equal_parameters(child.key, "c.") + " AND " +
           equal_parameters(parent.key, "p.", child.key.size() + 1);
  });
  for (bool more = true; more && node.waiting.empty();) {
    const bool first = node.last.empty();
    Statement& listed =
        first ? made(keys_[key].referring, [&] { return select + order; }) : made(keys_[key].further, [&] {
          return select + " AND (" + columns + ") > (" + parameter_list(child.key.size()) + ")" + order;
        });
    listed.bind_all(node.key);
    if (!first) listed.bind_all(node.last, static_cast<int>(node.key.size()) + 1);
    more = false;
    while (listed.step()) {
      more = true;
      node.last = listed.row();
      const bool refers =
          still.bind_all(node.last).bind_all(node.key, static_cast<int>(node.last.size()) + 1).step();
      still.reset();
      if (refers && !is_on_stack(foreign.child, node.last)) node.waiting.push_back(node.last);
    }
  }
  std::ranges::reverse(node.waiting);
}

void Pruner::take_referring() {
  Node& node = stack_.back();
  const std::size_t key = schema_.tables[node.table].referrers[node.referrer];
  const ForeignKey& foreign = schema_.foreign_keys[key];
  const Table& child = schema_.tables[foreign.child];
  Key row = std::move(node.waiting.back());
  node.waiting.pop_back();
  if (!foreign.indexed) node.taken[node.referrer] = row;
  const bool follows = plan_.follows(foreign);
  if (!follows && !is_doomed(foreign.child, row)) {
    if (plan_.lets_go(foreign)) {
      Statement& let_go = made(keys_[key].let_go, [&] {
        std::string set;
        for (const std::string& column : foreign.child_columns)
          set.append(set.empty() ? "" : ", ").append(store::quoted(column)).append(" = NULL");
        return "UPDATE " + main_table(child) + " SET " + set + " WHERE " + equal_parameters(child.key);
      });
      if (remove_or_change(let_go, row)) return;
      ++refused_;
    } else {
      ++changed_;
    }
    node.stays = true;
    return;
  }
  if (!child.referrers.empty())
    push(foreign.child, std::move(row), values_of(foreign.child));
  else if (!remove(foreign.child, row, remove_from(foreign.child)))
    node.stays = true;
}

bool Pruner::remove(std::size_t table, const Key& key, Statement& statement) {
  const Key row = archive_ ? stored_values(table, key) : Key{};
  // RAISE(FAIL) leaves what was done.
  const bool done = remove_or_change(statement, key) || !is_there(table, key);
  if (!done) {
    ++refused_;
    return false;
  }
  if (database_.changes() == 0 && is_there(table, key)) {
    // A trigger ignored the deletion, or the rule does not doom the row any more.
    const bool changed = &statement == remove_root_.get() && !root_values_->bind_all(key).step();
    root_values_->reset();
    ++(changed ? changed_ : refused_);
    return false;
  }
  if (database_.changes() == 0) return true;
  if (archive_) archive_(table, key, row);
  ++deleted_[table];
  if (++rows_ % 1000 == 0 && progress_) progress_(rows_);
  return true;
}

Pruner::Key Pruner::stored_values(std::size_t table, const Key& key) {
  Statement& stored = made(tables_[table].stored, [&] {
    const Table& each = schema_.tables[table];
    return "SELECT " + column_list(stored_columns(each)) + " FROM " + main_table(each) + " WHERE " +
           equal_parameters(each.key);
  });
  Key values;
  if (stored.bind_all(key).step()) values = stored.row();
  stored.reset();
  return values;
}

bool Pruner::is_there(std::size_t table, const Key& key) {
  Statement& there = made(tables_[table].there, [&] {
    const Table& each = schema_.tables[table];
    return "SELECT 1 FROM " + main_table(each) + " WHERE " + equal_parameters(each.key);
  });
  const bool found = there.bind_all(key).step();
  there.reset();
  return found;
}

// False where a trigger or a constraint forbids it.
bool Pruner::remove_or_change(Statement& statement, const Key& key) {
  try {
    statement.bind_all(key).run();
    return true;
  } catch (const store::DatabaseError& error) {
    if (error.code != SQLITE_CONSTRAINT || !database_.in_transaction()) throw;
    return false;
  }
}

bool Pruner::is_doomed(std::size_t table, const Key& key) {
  if (!plan_.lists(table)) return true;
  Statement& known = made(tables_[table].is_doomed, [&] {
    return "SELECT 1 FROM " + Plan::doomed_table(table) + " WHERE " + entry_parameters(key.size(), 'k');
  });
  const bool found = known.bind_all(key).step();
  known.reset();
  return found;
}

bool Pruner::is_on_stack(std::size_t table, const Key& key) {
  if (stack_.size() < 2 && stack_.back().table != table) return false;
  if (!on_stack_.contains({table, key})) return false;
  // The row refers to one above it: both go in one transaction.
  const auto place =
      std::ranges::find_if(stack_, [&](const Node& node) { return node.table == table && node.key == key; });
  begin_cycle(static_cast<std::size_t>(place - stack_.begin()));
  return true;
}

Statement& Pruner::made(std::unique_ptr<Statement>& statement, const std::function<std::string()>& sql) {
  if (!statement) statement = std::make_unique<Statement>(database_, sql());
  return *statement;
}

std::vector<std::string> Pruner::referred_columns(std::size_t table) const {
  std::vector<std::string> columns;
  for (const std::size_t key : schema_.tables[table].referrers) {
    const auto& referred = schema_.foreign_keys[key].parent_columns;
    columns.insert(columns.end(), referred.begin(), referred.end());
  }
  return columns;
}

Statement& Pruner::values_of(std::size_t table) {
  return made(tables_[table].values, [&] {
    const Table& each = schema_.tables[table];
    return "SELECT " + column_list(referred_columns(table)) + " FROM " + main_table(each) + " WHERE " +
           equal_parameters(each.key);
  });
}

Statement& Pruner::remove_from(std::size_t table) {
  return made(tables_[table].remove, [&] {
    const Table& each = schema_.tables[table];
    return "DELETE FROM " + main_table(each) + " WHERE " + equal_parameters(each.key);
  });
}

// The values of the node's row that the key refers to.
Pruner::Key Pruner::values_for(const Node& node, const ForeignKey& key) const {
  std::size_t begin = 0;
  for (const std::size_t each : schema_.tables[node.table].referrers) {
    const ForeignKey& foreign = schema_.foreign_keys[each];
    if (&foreign == &key) break;
    begin += foreign.parent_columns.size();
  }
  const auto from = node.values.begin() + static_cast<std::ptrdiff_t>(begin);
  return {from, from + static_cast<std::ptrdiff_t>(key.parent_columns.size())};
}

}  // namespace longhaul::dbprune
