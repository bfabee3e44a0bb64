#include "record.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "metrics/forecast.hpp"
#include "store/json_writer.hpp"
#include "sys/process_table.hpp"

namespace longhaul::memwatch {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t least_change = 100;  // of the budget, one part of so many
constexpr std::chrono::minutes between_samples{1};

// Whether a line is taken without waiting. A pipe that nobody empties must not hold up the budget.
bool takes_a_line(int descriptor) {
  pollfd writing{descriptor, POLLOUT, 0};
  return ::poll(&writing, 1, 0) == 1;  // an error too: the write tells it
}

store::JsonWriter begun(std::string_view event) {
  store::JsonWriter json;
  json.begin_object().member("time", std::string_view{core::iso_time(core::system_time())});
  json.member("event", event);
  return json;
}

void add_reading(store::JsonWriter& json, const Reading& reading, const Thresholds& thresholds,
                 Metric metric) {
  json.member("bytes", reading.used).member("budget", thresholds.budget);
  json.member("processes", reading.processes).member("metric", name_of(metric));
  if (metric == Metric::resident) json.member("countsSharedPagesTwice", true);
  if (reading.error != 0) json.member("errorBytes", reading.error);
}

void add_trend(store::JsonWriter& json, const metrics::Trend& trend, std::uint64_t budget) {
  constexpr double hour = 3600;
  const auto verdict = trend.verdict();
  json.member("trend", metrics::name_of(verdict.shape));
  if (verdict.per_second != 0) json.key("bytesPerHour").tenths(verdict.per_second * hour);
  const auto forecast = metrics::forecast(trend.samples(), static_cast<double>(budget));
  if (forecast.is_expected()) json.key("secondsToBudget").tenths(forecast.seconds);
}

// The largest processes, and how much each has grown since the last look.
void add_top(store::JsonWriter& json, const sys::MemoryTree* tree, std::uint64_t count) {
  if (tree == nullptr || count == 0) return;
  std::vector<const sys::TreeMember*> members;
  for (const auto& member : tree->members()) members.push_back(&member);
  std::ranges::sort(members, std::ranges::greater{}, &sys::TreeMember::proportional);
  json.key("top").begin_array();
  for (std::size_t at = 0; at < std::min<std::size_t>(count, members.size()); ++at) {
    const auto& member = *members[at];
    json.begin_object().member("pid", static_cast<std::uint64_t>(member.id.pid));
    json.member("command", std::string_view{sys::ProcessTable{}.command_line(member.id.pid)});
    json.member("bytes", member.proportional()).end_object();
  }
  json.end_array();
}

}  // namespace

RecordWriter::RecordWriter(const Settings& settings, Metric metric, const Thresholds& thresholds, Sink sink,
                           cli::Session& session)
    : settings_{settings}, metric_{metric}, thresholds_{thresholds}, sink_{sink}, session_{session} {
  if (sink_ != Sink::file) return;
  file_.reset(::open(settings.log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644));
  if (!file_) throw core::Error{settings.log, core::reason_of(errno)};
}

void RecordWriter::write(const std::string& line, bool is_change) {
  switch (sink_) {
    case Sink::nothing: break;
    case Sink::standard_output:
      if (output_failed_) break;
      if (takes_a_line(STDOUT_FILENO)) {
        output_failed_ = core::try_write_all(STDOUT_FILENO, line + '\n') != 0;
      } else {
        ++dropped_lines_;
      }
      break;
    case Sink::changes_only:
      if (is_change) session_.note(line);
      break;
    case Sink::file: {
      const std::string whole = line + '\n';
      const auto written = ::write(file_.get(), whole.data(), whole.size());
      if (written < 0 && errno == EAGAIN) {  // a named pipe whose reader sleeps
        ++dropped_lines_;
        break;
      }
      const int failed = written == static_cast<ssize_t>(whole.size()) ? 0 : written < 0 ? errno : ENOSPC;
      if (failed != 0 && !file_failed_) session_.warn(settings_.log, core::reason_of(failed));
      file_failed_ = failed != 0;  // said once, until it works again
      break;
    }
  }
}

void RecordWriter::lose_output() {
  sink_ = Sink::nothing;
  session_.warn("stdout", "cannot be written to any more; the watch goes on without a record");
}

void RecordWriter::note_sample(const Reading& reading, Level level, const metrics::Trend& trend,
                               core::Moment now) {
  if (sink_ == Sink::nothing || sink_ == Sink::changes_only) return;
  const bool is_far = !last_used_ || distance(*last_used_, reading.used) >= thresholds_.budget / least_change;
  if (!is_far && now < next_sample_) return;
  last_used_ = reading.used;
  next_sample_ = now + between_samples;
  auto json = begun("sample");
  json.member("state", name_of(level));
  add_reading(json, reading, thresholds_, metric_);
  add_trend(json, trend, thresholds_.budget);
  write(json.end_object().text(), false);
}

void RecordWriter::note_change(Level from, Level to, const Reading& reading, double growth_per_second) {
  anything_happened_ = true;
  auto json = begun("state");
  json.member("from", name_of(from)).member("state", name_of(to));
  add_reading(json, reading, thresholds_, metric_);
  json.key("bytesPerSecond").tenths(growth_per_second);
  add_top(json, tree_, settings_.top);
  write(json.end_object().text(), true);
}

void RecordWriter::note_action(std::string_view action, const sys::TreeMember* member,
                               std::string_view command, const Reading& reading) {
  anything_happened_ = true;
  auto json = begun("action");
  json.member("action", action);
  if (member != nullptr) {
    json.member("pid", static_cast<std::uint64_t>(member->id.pid)).member("command", command);
    json.member("processBytes", member->proportional());
  }
  if (reading.used != 0) add_reading(json, reading, thresholds_, metric_);
  write(json.end_object().text(), true);
}

void RecordWriter::note_hook(std::string_view which, int status) {
  auto json = begun("hook");
  json.member("hook", which).member("status", static_cast<std::uint64_t>(status));
  write(json.end_object().text(), true);
}

void RecordWriter::note_kernel_kill(const Reading& reading) {
  anything_happened_ = true;
  auto json = begun("kernelKill");
  add_reading(json, reading, thresholds_, metric_);
  write(json.end_object().text(), true);
}

void RecordWriter::note_end(const Summary& summary) {
  auto json = json_of(summary, settings_, metric_);
  const std::string head = "{\"time\":\"" + core::iso_time(core::system_time()) + "\",\"event\":\"summary\",";
  write(head + json.substr(1), anything_happened_);
}

namespace {

store::JsonWriter object_of(const Summary& summary, const Settings& settings, Metric metric) {
  store::JsonWriter json;
  json.begin_object().member("peakBytes", summary.peak).member("budget", settings.budget);
  json.member("metric", name_of(metric)).member("peakProcesses", summary.peak_processes);
  json.member("looks", summary.looks);
  json.key("seconds").begin_object();
  for (const Level level : {Level::ok, Level::warning, Level::critical}) {
    const auto time = summary.time[static_cast<std::size_t>(level)];
    json.key(name_of(level)).tenths(std::chrono::duration<double>{time}.count());
  }
  json.end_object();
  json.member("warnings", summary.entered[1]).member("criticals", summary.entered[2]);
  return json;
}

}  // namespace

std::string json_of(const Summary& summary, const Settings& settings, Metric metric) {
  auto json = object_of(summary, settings, metric);
  json.member("hooks", summary.hooks).member("signals", summary.signals);
  json.member("pauses", summary.pauses).member("victims", summary.victims);
  if (summary.kernel_kills != 0) json.member("kernelKills", summary.kernel_kills);
  if (summary.dropped_lines != 0) json.member("droppedLines", summary.dropped_lines);
  add_trend(json, summary.trend, settings.budget);
  return json.end_object().text();
}

std::string json_of_shadow(const Summary& summary, const Settings& wanted, Metric metric) {
  auto json = object_of(summary, wanted, metric);
  const auto rises = summary.entered[1] + summary.entered[2];
  json.member("wouldSignal", wanted.signal_warning.empty() ? 0 : rises);
  json.member("wouldRunHooks", (wanted.on_warning.empty() ? 0 : summary.entered[1]) +
                                   (wanted.on_critical.empty() ? 0 : summary.entered[2]));
  json.member("wouldAct", wanted.action == Action::none ? 0 : summary.entered[2]);
  add_trend(json, summary.trend, wanted.budget);
  return json.end_object().text();
}

}  // namespace longhaul::memwatch
