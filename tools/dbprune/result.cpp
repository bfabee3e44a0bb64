#include "result.hpp"

#include "base/duration.hpp"
#include "base/size.hpp"
#include "store/json_writer.hpp"

namespace longhaul::dbprune {
namespace {

// 1234567 as "1,234,567".
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string rows_text(std::uint64_t rows) { return grouped(rows) + (rows == 1 ? " row" : " rows"); }

double milliseconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

std::string seconds_text(std::chrono::nanoseconds time) {
  return core::format_duration(std::chrono::duration_cast<std::chrono::milliseconds>(time));
}

void append_tables(std::string& text, const Result& result) {
  if (result.tables.empty()) return;
  text += " (";
  for (std::size_t i = 0; i < result.tables.size(); ++i) {
    if (i != 0) text += ", ";
    text.append(result.tables[i].table).append(" ").append(grouped(result.tables[i].rows));
  }
  text += ")";
}

std::string dry_run_text(const Result& result) {
  std::string text = result.database + ": would delete " + rows_text(result.rows()) + "\n";
  for (const auto& each : result.tables) {
    text.append("  ").append(each.table).append(": ").append(rows_text(each.rows));
    if (each.of_rules != each.rows)
      text.append(", ").append(grouped(each.rows - each.of_rules)).append(" of them for what they refer to");
    text.append(", about ").append(core::format_size(each.bytes)).append("\n");
  }
  for (const auto& each : result.held_back)
    text.append("  ").append(rows_text(each.rows)).append(" held back by ").append(each.by).append("\n");
  for (const std::string& unit : result.units) text.append("  unit of ").append(unit).append("\n");
  for (const std::string& index : result.missing_indexes)
    text.append("  would help: ").append(index).append("\n");
  return text;
}

}  // namespace

std::uint64_t Result::rows() const {
  std::uint64_t all = 0;
  for (const TableRows& each : tables) all += each.rows;
  return all;
}

std::string as_text(const Result& result) {
  if (result.dry_run) return dry_run_text(result);
  std::string text = result.database + ": " + rows_text(result.rows()) + " deleted";
  append_tables(text, result);
  text.append(", ").append(core::format_size(result.bytes_before)).append(" -> ");
  text.append(core::format_size(result.bytes_after));
  text.append(", longest transaction ").append(seconds_text(result.longest));
  text.append(", log at most ").append(core::format_size(result.log_peak));
  text.append(", ").append(seconds_text(result.time));
  for (const auto& each : result.held_back)
    text.append(", ").append(rows_text(each.rows)).append(" held back by ").append(each.by);
  if (result.changed_meanwhile != 0)
    text.append(", ").append(rows_text(result.changed_meanwhile)).append(" changed meanwhile");
  if (result.refused != 0)
    text.append(", ").append(rows_text(result.refused)).append(" kept by triggers or constraints");
  if (!result.complete) text += ", stopped before the end: the next run goes on";
  if (result.over_budget) text += ", still over --max-size";
  return text + "\n";
}

std::string as_json(const Result& result) {
  store::JsonWriter json;
  json.begin_object().member("database", result.database);
  if (result.dry_run) json.member("dryRun", true);
  json.member("complete", result.complete)
      .member("overBudget", result.over_budget)
      .member("rows", result.rows());
  json.key("tables").begin_object();
  for (const auto& each : result.tables) {
    json.key(each.table).begin_object().member("rows", each.rows);
    if (result.dry_run) json.member("ofRules", each.of_rules).member("bytes", each.bytes);
    json.end_object();
  }
  json.end_object();
  json.key("heldBack").begin_object();
  for (const auto& each : result.held_back) json.member(each.by, each.rows);
  json.end_object();
  json.member("changedMeanwhile", result.changed_meanwhile).member("refused", result.refused);
  json.key("units").begin_array();
  for (const std::string& unit : result.units) json.value(unit);
  json.end_array();
  json.key("missingIndexes").begin_array();
  for (const std::string& index : result.missing_indexes) json.value(index);
  json.end_array();
  json.member("bytesBefore", result.bytes_before).member("bytesAfter", result.bytes_after);
  json.key("longestTransactionMs").tenths(milliseconds(result.longest));
  json.member("walPeak", result.log_peak);
  json.key("seconds").tenths(milliseconds(result.time) / 1000);
  return json.end_object().text() + '\n';
}

std::vector<std::string> missing_indexes(const Schema& schema) {
  std::vector<std::string> statements;
  for (const ForeignKey& key : schema.foreign_keys) {
    if (key.indexed) continue;
    const std::string& child = schema.tables[key.child].name;
    std::string name = child;
    for (const std::string& column : key.child_columns) name += "_" + column;
    statements.push_back("CREATE INDEX " + store::quoted(name) + " ON " + store::quoted(child) + " (" +
                         column_list(key.child_columns) + ");");
  }
  return statements;
}

}  // namespace longhaul::dbprune
