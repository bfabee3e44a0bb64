#include "sys/scope_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace longhaul::sys {
namespace {

constexpr std::array<std::pair<std::string_view, Isolation>, 4> isolations{{
    {"auto", Isolation::automatic},
    {"cgroup", Isolation::cgroup},
    {"pidns", Isolation::pid_namespace},
    {"subreaper", Isolation::subreaper},
}};

constexpr std::array<std::pair<std::string_view, std::uint64_t ScopeUsage::*>, 9> counts{{
    {"started", &ScopeUsage::processes_started},
    {"processes", &ScopeUsage::processes_peak},
    {"memory", &ScopeUsage::memory_peak},
    {"descriptors-first", &ScopeUsage::descriptors_first},
    {"descriptors", &ScopeUsage::descriptors_last},
    {"descriptors-peak", &ScopeUsage::descriptors_peak},
    {"sockets", &ScopeUsage::sockets_peak},
    {"threads", &ScopeUsage::threads_peak},
    {"seconds", &ScopeUsage::seconds_watched},
}};

constexpr std::array<std::pair<std::string_view, std::string ScopeRecord::*>, 5> texts{{
    {"kind", &ScopeRecord::kind},
    {"name", &ScopeRecord::name},
    {"slot", &ScopeRecord::slot},
    {"cgroup", &ScopeRecord::cgroup},
    {"folder", &ScopeRecord::folder},
}};

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// A value may hold any byte but stands on one line.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else {
      if (c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '\\' && at + 1 < text.size();
    if (escape) ++at;
    out += escape && text[at] == 'n' ? '\n' : text[at];
  }
  return out;
}

std::string line(std::string_view key, std::string_view value) {
  std::string out{key};
  return out.append(" ").append(escaped(value)).append("\n");
}

ScopeUsage parse_usage(std::string_view text) {
  ScopeUsage usage;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto known =
        std::ranges::find(counts, word.substr(0, equals), [](const auto& one) { return one.first; });
    if (known != counts.end()) usage.*(known->second) = number(word.substr(equals + 1));
  }
  return usage;
}

void take(ScopeRecord& record, std::string_view key, std::string_view value) {
  const auto text = std::ranges::find(texts, key, [](const auto& one) { return one.first; });
  const auto isolation = std::ranges::find(isolations, value, [](const auto& one) { return one.first; });
  if (text != texts.end()) {
    record.*(text->second) = plain(value);
  } else if (key == "usage") {
    record.usage = parse_usage(value);
  } else if (key == "started") {
    record.started = std::chrono::sys_seconds{std::chrono::seconds{number(value)}};
  } else if (key == "isolation" && isolation != isolations.end()) {
    record.isolation = isolation->second;
  } else if (key == "guardian") {
    record.guardian = static_cast<pid_t>(number(value));
  } else if (key == "stray") {
    if (const auto stray = parse_id(value)) record.strays.push_back(*stray);
  } else if (key == "cleanup") {
    record.cleanup.push_back(plain(value));
  } else if (key == "word") {
    record.command.push_back(plain(value));
  } else if (key == "id") {
    record.id = value;
    record.front = parse_id(value).value_or(ProcessId{});
  }
}

}  // namespace

std::string_view name_of(Isolation isolation) {
  return std::ranges::find(isolations, isolation, [](const auto& one) { return one.second; })->first;
}

std::optional<double> ScopeUsage::descriptors_per_hour() const {
  constexpr std::uint64_t long_enough = 60;
  if (seconds_watched < long_enough) return std::nullopt;
  constexpr double hour = 3600;
  return (static_cast<double>(descriptors_last) - static_cast<double>(descriptors_first)) * hour /
         static_cast<double>(seconds_watched);
}

std::string usage_line(const ScopeUsage& usage) {
  std::string out = "usage";
  for (const auto& [key, count] : counts)
    out.append(" ").append(key).append("=").append(std::to_string(usage.*count));
  out.resize(usage_width - 1, ' ');
  return out + '\n';
}

std::string text_of(const ScopeRecord& record) {
  std::string out = usage_line(record.usage) + guardian_line(record.guardian) + line("id", record.id);
  for (const auto& [key, text] : texts) {
    if (!(record.*text).empty()) out += line(key, record.*text);
  }
  out += line("started", std::to_string(record.started.time_since_epoch().count()));
  out += line("isolation", name_of(record.isolation));
  for (const auto& path : record.cleanup) out += line("cleanup", path);
  for (const auto& word : record.command) out += line("word", word);
  return out;
}

std::string guardian_line(pid_t guardian) {
  constexpr std::size_t digits = 10;
  const std::string number = std::to_string(guardian);
  return line("guardian", std::string(digits - std::min(digits, number.size()), '0') + number);
}

std::string isolation_line(const ScopeRecord& record) {
  return line("isolation", name_of(record.isolation)) + line("cgroup", record.cgroup);
}

std::string stray_line(ProcessId stray) { return line("stray", text_of(stray)); }

ScopeRecord parse_record(std::string_view text) {
  ScopeRecord record;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;
    const auto one = text.substr(0, end);
    text.remove_prefix(end + 1);
    const auto space = one.find(' ');
    if (space != std::string_view::npos) take(record, one.substr(0, space), one.substr(space + 1));
  }
  return record;
}

std::string scope_folder_path(const std::string& base, const std::string& id) {
  return base + '/' + std::string{scope_folder_prefix} + id;
}

std::string text_of(ProcessId id) { return std::to_string(id.pid) + '-' + std::to_string(id.start); }

std::optional<ProcessId> parse_id(std::string_view text) {
  ProcessId id;
  const auto [dash, error] = std::from_chars(text.data(), text.data() + text.size(), id.pid);
  if (error != std::errc{} || id.pid <= 0 || dash == text.data() + text.size() || *dash != '-')
    return std::nullopt;
  const char* const last = text.data() + text.size();
  const auto [end, second] = std::from_chars(dash + 1, last, id.start);
  if (second != std::errc{}) return std::nullopt;
  if (end == last) return id;
  int occurrence = 0;
  const auto [after, third] = std::from_chars(end + (*end == '-' ? 1 : 0), last, occurrence);
  if (*end != '-' || third != std::errc{} || after != last) return std::nullopt;
  return id;
}

}  // namespace longhaul::sys
