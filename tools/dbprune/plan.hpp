// The closed set of rows that go: those that rules doom and what refers to them, worked out once.
//
// Keys are kept in temporary tables, on disk where they are many: doomed_N for the Nth table of the schema,
// and refers_N, which stands in for the missing index of the Nth foreign key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "doomed_rows.hpp"
#include "schema.hpp"
#include "settings.hpp"
#include "store/database.hpp"

namespace longhaul::dbprune {

class Plan {
 public:
  // All must outlive the plan. Tables whose number of rows is enough are only counted, unless all are to be
  // listed.
  Plan(const store::Database& database, const Schema& schema, OnReferenced on_referenced, bool list_all);

  // Adds the rows of a SELECT of keys, as those of the rule with this number.
  void add(std::size_t table, const std::string& selection, std::size_t rule);
  // Adds what goes with them, or takes out what is kept by others. Throws core::Error where rows are in the
  // way and
  // --on-referenced says fail.
  void close();

  // Doomed rows of a table, in all, about so many where they are not listed, and by the rules alone.
  [[nodiscard]] std::uint64_t rows(std::size_t table) const { return rows_[table]; }
  [[nodiscard]] std::uint64_t rows_of_rules(std::size_t table) const;
  // Rows that a rule doomed and that stay, by the foreign key that keeps them.
  [[nodiscard]] const std::map<std::size_t, std::uint64_t>& held_back() const { return held_back_; }

  // Whether rows go with those that they refer to by this key.
  [[nodiscard]] bool follows(const ForeignKey& key) const;
  // Whether they stay and refer to nothing, or to a default, then.
  [[nodiscard]] bool lets_go(const ForeignKey& key) const;
  // Whether the rows of a table are known one by one; if not, every row that refers to a doomed one is
  // doomed.
  [[nodiscard]] bool lists(std::size_t table) const { return !counted_[table]; }

  // Rows that began to refer by a key without an index since they were looked at last. To be called within
  // the transaction that deletes.
  void look_for_new_references();
  // To be called at the end of that transaction: a rowid that was free by then may be a new row's.
  void note_highest_rowids();

  static std::string doomed_table(std::size_t table) { return "temp.doomed_" + std::to_string(table); }
  static std::string refers_table(std::size_t key) { return "temp.refers_" + std::to_string(key); }
  // "k0, k1": the columns of a doomed table, with a prefix; likewise those of refers_N, by their letter.
  static std::string key_columns(const Table& table, std::string_view prefix = {}, char letter = 'k');

 private:
  // Tables of keys that the rounds work with, one a table: what came in the last round, and in this one.
  std::string fresh_table(std::size_t table) const { return "temp.fresh_" + std::to_string(table); }
  std::string next_table(std::size_t table) const { return "temp.next_" + std::to_string(table); }

  void make_key_table(const std::string& name, const Table& table, std::string_view more) const;
  void list_references(std::size_t key);
  bool watches(std::size_t table) const;
  bool only_counted(std::size_t table) const;
  std::string referring_rows(std::size_t key, const std::string& parents, const std::string& columns) const;
  std::uint64_t estimated_referring(std::size_t key, const std::string& parents) const;
  void add_followers();
  void keep_referenced();
  void first_kept();
  bool next_kept();
  std::string has_doomed_parent(std::size_t table) const;
  std::uint64_t count(const std::string& table) const;

  const store::Database& database_;
  const Schema& schema_;
  OnReferenced on_referenced_;
  std::vector<std::uint64_t> rows_;
  std::vector<bool> counted_;
  std::vector<std::optional<std::int64_t>> highest_rowid_;  // of each table, when it was looked at last
  std::map<std::size_t, std::uint64_t> held_back_;
};

}  // namespace longhaul::dbprune
