// What dbprune is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace longhaul::dbprune {

// How the values of a column say when.
enum class Unit { automatic, seconds, milliseconds, microseconds, nanoseconds, text, julian };

// What becomes of rows that refer to a doomed one and are not doomed by a rule themselves.
enum class OnReferenced { cascade, keep, fail };

// Which rows of one table are no longer wanted.
struct Rule {
  std::string table;
  std::string where;       // an SQL expression; empty: every row
  std::string age_column;  // rows are doomed when its value is older than `older_than`
  std::chrono::nanoseconds older_than{0};
  Unit age_unit = Unit::automatic;
  std::string expired_column;  // rows are doomed when its value has passed
  std::uint64_t max_rows =
      0;  // rows beyond these, in descending order of `order_by`, are doomed; 0: no bound
  std::string order_by;
  int priority = 0;  // for --max-size: rules of lower priority lose rows first
};

enum class Vacuum { automatic, incremental, full, none };
enum class Format { text, json };

struct Settings {
  Rule rule;               // of the command line
  std::deque<Rule> rules;  // of the configuration file
  std::string as_of;       // now, where empty
  OnReferenced on_referenced = OnReferenced::cascade;
  std::uint64_t max_size = 0;
  double max_fraction = 0.9;
  bool force = false;

  bool wal = false;
  std::chrono::nanoseconds max_stall = std::chrono::milliseconds{20};
  std::chrono::nanoseconds busy_timeout = std::chrono::seconds{5};
  std::chrono::nanoseconds max_time{0};
  Vacuum vacuum = Vacuum::automatic;
  bool convert = false;
  bool rebuild = false;

  std::string archive;
  std::string restore;

  bool dry_run = false;
  bool check = false;
  bool pragma_report = false;
  std::chrono::nanoseconds every{0};
  Format format = Format::text;
  bool quiet = false;
  std::vector<std::string> databases;
};

}  // namespace longhaul::dbprune
