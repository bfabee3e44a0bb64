// Adds records of tools in the shadow up.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace longhaul::healthcheck {

enum class Quantity { number, bytes };

// One figure of a tool: a row of the report.
struct ShadowFigure {
  std::string_view key;   // in JSON
  std::string_view what;  // "secrets masked", before a colon
  Quantity quantity = Quantity::number;
  double value = 0;
};

struct ShadowTool {
  std::string_view tool;
  std::uint64_t runs = 0;
  std::set<std::string> sessions;  // of these at most `most_names`
  std::vector<ShadowFigure> figures;
  // The latest of each subject, for figures that tell of a state and not of a run: the rows that dbprune
  // would delete from a database are the same ones each time. At most `most_names`; others are left out, and
  // counted.
  std::map<std::string, std::vector<double>> latest;
};

class ShadowTotals {
 public:
  static constexpr std::size_t most_names = 100'000;

  ShadowTotals();

  // A line of a shadow log; one that is none is counted in left_out().
  void add(std::string_view line);
  // Instead of a line that is too long to be one.
  void leave_out() { ++left_out_; }

  // Only those that have records, in the order of the layers of a job.
  [[nodiscard]] std::vector<ShadowTool> tools() const;
  [[nodiscard]] std::uint64_t runs() const;
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }
  // Seconds since 1970 of the first and the last record.
  [[nodiscard]] std::int64_t from() const { return from_; }
  [[nodiscard]] std::int64_t until() const { return until_; }

 private:
  std::vector<ShadowTool> tools_;
  std::set<std::string> sessions_;
  std::uint64_t left_out_ = 0;
  std::int64_t from_ = 0;
  std::int64_t until_ = 0;
};

}  // namespace longhaul::healthcheck
