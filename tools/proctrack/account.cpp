#include "account.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "store/json_writer.hpp"

namespace longhaul::proctrack {
namespace {

constexpr std::array<std::pair<Reason, std::string_view>, 5> reasons{{
    {Reason::exited, "exited"},
    {Reason::asked, "signal"},
    {Reason::timed_out, "timeout"},
    {Reason::over_limit, "limit"},
    {Reason::keeper_killed, "killed"},
}};

std::uint64_t milliseconds(std::chrono::nanoseconds time) {
  return static_cast<std::uint64_t>(std::chrono::round<std::chrono::milliseconds>(time).count());
}

}  // namespace

std::string json_of(const Account& account, const sys::ScopeRecord& record) {
  store::JsonWriter json;
  json.begin_object().member("scope", std::string_view{record.id});
  if (!record.name.empty()) json.member("name", std::string_view{record.name});
  if (!record.slot.empty()) json.member("slot", std::string_view{record.slot});
  json.member("command",
              std::string_view{record.command.empty() ? std::string_view{} : record.command.front()});
  json.member("started", std::string_view{core::iso_time(record.started)});
  json.member("isolation", name_of(record.isolation));
  json.member("durationMs", milliseconds(account.duration));
  json.member("status", static_cast<std::uint64_t>(account.status));
  json.member("endedBy",
              std::ranges::find(reasons, account.reason, [](const auto& one) { return one.first; })->second);
  const sys::ScopeUsage& usage = account.usage;
  json.member("processesStarted", usage.processes_started);
  json.member("processesStartedExact", account.started_is_exact);
  json.member("processesPeak", usage.processes_peak);
  json.member("orphansReaped", account.orphans);
  json.member("leftoversEnded", account.ended);
  if (account.limit_passed != 0) json.member("limitPassed", account.limit_passed);
  if (account.forks_denied != 0) json.member("forksDenied", account.forks_denied);
  json.member("tempFilesRemoved", account.files.files).member("tempBytesRemoved", account.files.bytes);
  json.member("userMs", milliseconds(account.user_time))
      .member("systemMs", milliseconds(account.system_time));
  json.member("memoryPeak", std::max(usage.memory_peak, account.largest_process));
  json.member("memoryPeakOfOne", account.largest_process);
  json.member("threadsPeak", usage.threads_peak);
  json.member("descriptorsPeak", usage.descriptors_peak).member("descriptorsLast", usage.descriptors_last);
  json.member("socketsPeak", usage.sockets_peak);
  if (const auto growth = usage.descriptors_per_hour()) json.key("descriptorsPerHour").tenths(*growth);
  if (!account.files.problem.empty()) json.member("notRemoved", std::string_view{account.files.problem});
  json.end_object();
  return json.text() + '\n';
}

void append_report(const std::string& path, const Account& account, const sys::ScopeRecord& record,
                   cli::Session& session) {
  if (path.empty()) return;
  // A named pipe may have no reader, or one that sleeps: nothing waits for it.
  const core::Fd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644)};
  const std::string line = json_of(account, record);
  const auto written = file ? ::write(file.get(), line.data(), line.size()) : -1;
  if (written < 0) {
    session.warn(path, core::reason_of(errno));
  } else if (written != static_cast<ssize_t>(line.size())) {
    session.warn(path, "the report is cut off");
  }
}

}  // namespace longhaul::proctrack
