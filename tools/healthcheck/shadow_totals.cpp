// The only file that includes nlohmann-json: it takes seconds to compile.
#include "shadow_totals.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>

namespace longhaul::healthcheck {
namespace {

using Json = nlohmann::json;

double number(const Json& record, const char* key) {
  const auto found = record.find(key);
  constexpr double most = 1e18;  // of what is printed as a whole number
  return found != record.end() && found->is_number() ? std::clamp(found->get<double>(), 0.0, most) : 0;
}

bool is(const Json& record, const char* key, bool wanted) {
  const auto found = record.find(key);
  return found != record.end() && found->is_boolean() && found->get<bool>() == wanted;
}

std::string text(const Json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

double bytes_of_tables(const Json& record) {
  const auto tables = record.find("tables");
  if (tables == record.end() || !tables->is_object()) return 0;
  return std::accumulate(tables->begin(), tables->end(), 0.0, [](double sum, const Json& table) {
    return sum + (table.is_object() ? number(table, "bytes") : 0);
  });
}

// How the values of several records become one.
enum class Joining { sum, highest, latest };

struct Row {
  std::string_view key;
  std::string_view what;
  double (*read)(const Json& record);
  Quantity quantity = Quantity::number;
  Joining joining = Joining::sum;
};

// What a run wrote behind its last rotation is a part of the next one.
double rotations(const Json& record) {
  const double bound = number(record, "logBound");
  return number(record, "rotated") + (bound > 0 ? number(record, "unrotated") / bound : 0);
}

// A number where the record has that member at all.
double is_there(const Json& record, const char* key) { return record.contains(key) ? 1.0 : 0.0; }

constexpr Row of_logrotd[] = {
    {"bytesIn", "came in", [](const Json& r) { return number(r, "bytesIn"); }, Quantity::bytes},
    {"bytesOut", "would have been written", [](const Json& r) { return number(r, "bytesOut"); },
     Quantity::bytes},
    {"shortened", "entries shortened", [](const Json& r) { return number(r, "truncated"); }},
    {"deduplicated", "repetitions counted instead of written",
     [](const Json& r) { return number(r, "deduplicated"); }},
    {"filtered", "entries below the level", [](const Json& r) { return number(r, "filtered"); }},
    {"redacted", "secrets masked", [](const Json& r) { return number(r, "redacted"); }},
    {"dropped", "entries dropped", [](const Json& r) { return number(r, "dropped"); }},
    {"rotations", "rotations, each with an archive", rotations},
    {"due", "files that --once would have rotated, by the last look at each",
     [](const Json& r) { return is(r, "due", true) ? 1.0 : 0.0; }, Quantity::number, Joining::latest},
    {"dueBytes", "bytes in them", [](const Json& r) { return is(r, "due", true) ? number(r, "bytes") : 0; },
     Quantity::bytes, Joining::latest},
    {"failures", "runs that would have failed", [](const Json& r) { return is_there(r, "failed"); }},
};

constexpr Row of_errsum[] = {
    {"rawSize", "came in", [](const Json& r) { return number(r, "rawSize"); }, Quantity::bytes},
    {"summarySize", "would have been printed", [](const Json& r) { return number(r, "compressedSize"); },
     Quantity::bytes},
    {"findings", "findings", [](const Json& r) { return number(r, "total"); }},
    {"failures", "outputs with errors, or that were not understood",
     [](const Json& r) { return number(r, "total") > 0 || is(r, "recognised", false) ? 1.0 : 0.0; }},
    {"notUnderstood", "outputs that were not understood",
     [](const Json& r) { return is(r, "recognised", false) ? 1.0 : 0.0; }},
};

constexpr Row of_dbprune[] = {
    {"rows", "rows to delete, by the last run on each database",
     [](const Json& r) { return number(r, "rows"); }, Quantity::number, Joining::latest},
    {"bytes", "bytes in them", bytes_of_tables, Quantity::bytes, Joining::latest},
    {"overBudget", "databases over --max-size, by the last run on each",
     [](const Json& r) { return is(r, "overBudget", true) ? 1.0 : 0.0; }, Quantity::number, Joining::latest},
    {"failures", "runs that would have failed", [](const Json& r) { return is_there(r, "failed"); }},
};

constexpr Row of_proctrack[] = {
    {"leftovers", "processes left behind, which would have been ended",
     [](const Json& r) { return number(r, "leftoversEnded"); }},
    {"overLimit", "commands that had more processes than --max-procs",
     [](const Json& r) { return is(r, "wouldPassLimit", true) ? 1.0 : 0.0; }},
    {"timeouts", "commands that would have been timed out",
     [](const Json& r) { return is(r, "wouldTimeOut", true) ? 1.0 : 0.0; }},
    {"waits", "commands that would have waited for a slot",
     [](const Json& r) { return is(r, "wouldWait", true) ? 1.0 : 0.0; }},
};

constexpr Row of_memwatch[] = {
    {"peakBytes", "most that was used", [](const Json& r) { return number(r, "peakBytes"); }, Quantity::bytes,
     Joining::highest},
    {"signals", "signals that would have been sent", [](const Json& r) { return number(r, "wouldSignal"); }},
    {"hooks", "commands that would have been run", [](const Json& r) { return number(r, "wouldRunHooks"); }},
    {"actions", "times that it would have paused or ended what grows",
     [](const Json& r) { return number(r, "wouldAct"); }},
    {"heldBack", "starts that would have been held back",
     [](const Json& r) { return is(r, "wouldHoldBack", true) ? 1.0 : 0.0; }},
};

constexpr Row of_healthcheck[] = {
    {"warnings", "looks that would have answered warning",
     [](const Json& r) { return text(r, "health") == "warning" ? 1.0 : 0.0; }},
    {"criticals", "looks that would have answered critical",
     [](const Json& r) { return text(r, "health") == "critical" ? 1.0 : 0.0; }},
    {"unknowns", "looks that would have answered unknown",
     [](const Json& r) { return text(r, "health") == "unknown" ? 1.0 : 0.0; }},
    {"refusals", "starts that a breaker would not have let through",
     [](const Json& r) { return text(r, "word") == "allow" && number(r, "exit") > 0 ? 1.0 : 0.0; }},
};

struct Account {
  std::string_view tool;
  std::span<const Row> rows;
  const char* subject = "";  // the member that names what a latest value is of
};

constexpr Account accounts[] = {
    {"logrotd", of_logrotd, "file"}, {"errsum", of_errsum},     {"dbprune", of_dbprune, "database"},
    {"proctrack", of_proctrack},     {"memwatch", of_memwatch}, {"healthcheck", of_healthcheck},
};

void insert_bounded(std::set<std::string>& names, const std::string& name) {
  if (!name.empty() && names.size() < ShadowTotals::most_names) names.insert(name);
}

// False where there is no room for another subject.
bool add_record(ShadowTool& tool, const Account& account, const Json& record) {
  const std::string subject = text(record, account.subject);
  const bool has_room = tool.latest.contains(subject) || tool.latest.size() < ShadowTotals::most_names;
  for (std::size_t at = 0; at < account.rows.size(); ++at) {
    const Row& row = account.rows[at];
    const double value = row.read(record);
    double& total = tool.figures[at].value;
    switch (row.joining) {
      case Joining::sum: total += value; break;
      case Joining::highest: total = std::max(total, value); break;
      case Joining::latest:
        if (record.contains("failed")) break;  // what is there was not seen
        if (!has_room) return false;
        auto& latest = tool.latest[subject];
        latest.resize(account.rows.size());
        total += value - latest[at];
        latest[at] = value;
        break;
    }
  }
  return true;
}

}  // namespace

ShadowTotals::ShadowTotals() {
  for (const auto& account : accounts) {
    ShadowTool& tool = tools_.emplace_back();
    tool.tool = account.tool;
    for (const Row& row : account.rows) tool.figures.push_back({row.key, row.what, row.quantity});
  }
}

void ShadowTotals::add(std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return leave_out();
  const auto account = std::ranges::find(accounts, text(object, "tool"), &Account::tool);
  const auto record = object.find("shadow");
  const double time = number(object, "time");
  constexpr double latest_time = 1e11;
  if (account == std::end(accounts) || record == object.end() || !record->is_object() || !(time > 0) ||
      time > latest_time)
    return leave_out();
  ShadowTool& tool = tools_[static_cast<std::size_t>(account - std::begin(accounts))];
  if (!add_record(tool, *account, *record)) return leave_out();
  tool.runs += is(*record, "further", true) ? 0U : 1U;
  const std::string session = text(object, "session");
  insert_bounded(tool.sessions, session);
  insert_bounded(sessions_, session);
  const auto seconds = static_cast<std::int64_t>(time);
  from_ = from_ == 0 ? seconds : std::min(from_, seconds);
  until_ = std::max(until_, seconds);
}

std::vector<ShadowTool> ShadowTotals::tools() const {
  std::vector<ShadowTool> found;
  std::ranges::copy_if(tools_, std::back_inserter(found), [](const auto& tool) { return tool.runs != 0; });
  return found;
}

std::uint64_t ShadowTotals::runs() const {
  return std::accumulate(tools_.begin(), tools_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const ShadowTool& tool) { return sum + tool.runs; });
}

}  // namespace longhaul::healthcheck
