// A rule applied to a schema: which rows of its table are no longer wanted, in SQL.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "schema.hpp"
#include "settings.hpp"

namespace longhaul::dbprune {

struct BoundRule {
  const Rule* rule;
  std::size_t table;  // its place in the schema
  Unit unit = Unit::automatic;
  std::string still;       // what a row that the rule dooms must fulfil when it is deleted
  std::string selection;   // SELECT of the keys of doomed rows
  std::string candidates;  // likewise, of all rows that --max-size may take, the first to go first
};

// Throws core::Error for a table or a column that is not there, an expression that is none, and a unit that
// cannot be told.
BoundRule bind_rule(const store::Database& database, const Schema& schema, const Rule& rule, core::Time as_of,
                    bool to_budget);

}  // namespace longhaul::dbprune
