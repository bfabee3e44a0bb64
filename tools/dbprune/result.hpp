// What a run did, or would do, as one line or one JSON object.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "plan.hpp"
#include "pruner.hpp"

namespace longhaul::dbprune {

struct Result {
  struct TableRows {
    std::string table;
    std::uint64_t rows = 0;
    std::uint64_t of_rules = 0;  // --dry-run: of these, those that a rule dooms
    std::uint64_t bytes = 0;     // --dry-run: about so many, indexes with them
  };
  struct HeldBack {
    std::string by;  // "events.task_id"
    std::uint64_t rows = 0;
  };

  std::string database;
  bool dry_run = false;
  bool complete = true;      // neither time nor a signal ended it
  bool over_budget = false;  // still larger than --max-size
  std::vector<TableRows> tables;
  std::vector<HeldBack> held_back;
  std::uint64_t changed_meanwhile = 0, refused = 0;
  std::vector<std::string> units;            // "tasks.completed_at: ms"
  std::vector<std::string> missing_indexes;  // CREATE INDEX statements that would help
  std::uint64_t bytes_before = 0, bytes_after = 0;
  std::chrono::nanoseconds longest{0};  // transaction
  std::uint64_t log_peak = 0;
  std::chrono::nanoseconds time{0};

  [[nodiscard]] std::uint64_t rows() const;
};

std::string as_text(const Result& result);
std::string as_json(const Result& result);

// CREATE INDEX for the columns of each foreign key that has none.
std::vector<std::string> missing_indexes(const Schema& schema);

}  // namespace longhaul::dbprune
