// Deletes what a plan says, each row after those that refer to it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "pace.hpp"
#include "plan.hpp"

namespace longhaul::dbprune {

// Rows by the number of their table.
using Counts = std::vector<std::uint64_t>;

class Pruner {
 public:
  // Told of a row that was deleted, with the values of its stored columns, before the deletion is committed.
  using Archive = std::function<void(std::size_t table, const std::vector<store::Value>& key,
                                     const std::vector<store::Value>& values)>;
  // Told now and then how many rows have gone.
  using Progress = std::function<void(std::uint64_t rows)>;

  // All must outlive it. Without an archive rows are not read.
  Pruner(const store::Database& database, const Schema& schema, Plan& plan, Pace& pace, Archive archive,
         Progress progress);

  // Deletes the rows of one rule, and those that go with them. False where the pace had to stop.
  bool run(const BoundRule& rule, std::size_t number);

  [[nodiscard]] const Counts& deleted() const { return deleted_; }
  // Doomed rows that were not what they were when it came to them, or that others came to refer to.
  [[nodiscard]] std::uint64_t changed_meanwhile() const { return changed_; }
  // Doomed rows that a trigger or a constraint did not let go.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  using Key = std::vector<store::Value>;
  static constexpr std::size_t no_cycle = static_cast<std::size_t>(-1);

  // A row on the way to its deletion: what refers to it goes first.
  struct Node {
    std::size_t table;
    Key key;
    Key values;                // of the columns that others refer to
    std::size_t referrer = 0;  // which of the table's foreign keys is looked at
    std::vector<Key> waiting;  // rows that refer to it by that key, the next one last
    // The last one that was listed, and the last one that was taken, of a key without an index.
    Key last;
    std::map<std::size_t, Key> taken;
    std::uint64_t looked = 0;  // the transaction in which all this was true
    bool stays = false;        // something that refers to it stays
  };

  // Made when they are first needed.
  struct TableStatements {
    std::unique_ptr<store::Statement> values, remove, stored, is_doomed, there;
  };
  struct KeyStatements {
    std::unique_ptr<store::Statement> referring, further, refers, let_go;
  };

  bool erase(const Key& key);
  void advance();
  bool look_again(Node& node);
  void begin_cycle(std::size_t place);
  void end_cycle(bool stays);
  void push(std::size_t table, Key key, store::Statement& values);
  void pop();
  bool look_for_referring(Node& node);
  void list_through_index(Node& node, std::size_t key);
  void list_through_refers(Node& node, std::size_t key);
  void take_referring();
  bool remove(std::size_t table, const Key& key, store::Statement& statement);
  bool remove_or_change(store::Statement& statement, const Key& key);
  Key stored_values(std::size_t table, const Key& key);
  bool is_there(std::size_t table, const Key& key);
  bool is_doomed(std::size_t table, const Key& key);
  bool is_on_stack(std::size_t table, const Key& key);
  store::Statement& made(std::unique_ptr<store::Statement>& statement,
                         const std::function<std::string()>& sql);
  store::Statement& values_of(std::size_t table);
  store::Statement& remove_from(std::size_t table);
  std::vector<std::string> referred_columns(std::size_t table) const;
  Key values_for(const Node& node, const ForeignKey& key) const;

  const store::Database& database_;
  const Schema& schema_;
  Plan& plan_;
  Pace& pace_;
  Archive archive_;
  Progress progress_;
  std::vector<TableStatements> tables_;
  std::vector<KeyStatements> keys_;
  std::unique_ptr<store::Statement> root_values_, remove_root_;  // where the rule still dooms it
  std::size_t root_table_ = 0;
  std::vector<Node> stack_;
  std::set<std::pair<std::size_t, Key>> on_stack_;
  // A row above this place refers to one below: a cycle, which goes in one transaction.
  std::size_t cycle_from_ = no_cycle;
  Counts deleted_before_cycle_;
  Counts deleted_;
  std::uint64_t rows_ = 0, changed_ = 0, refused_ = 0;
};

}  // namespace longhaul::dbprune
