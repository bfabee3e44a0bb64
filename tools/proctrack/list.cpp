// proctrack list: what runs in scopes, and what it takes.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "base/clock.hpp"
#include "base/duration.hpp"
#include "base/size.hpp"
#include "census.hpp"
#include "commands.hpp"
#include "scope_options.hpp"
#include "slot_queue.hpp"
#include "store/json_writer.hpp"
#include "sys/process_table.hpp"
#include "sys/scope_registry.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct ListSettings {
  std::string state;
  Output format = Output::text;
  std::vector<std::string> names;
};

constexpr cli::Example examples[] = {
    {"proctrack list", "every scope, and below it the tree of its processes"},
    {"proctrack list --format json | jq 'select(.processes > 10)'", "one object a line and scope"},
};

constexpr cli::ExitStatus exits[] = {
    {"0", "done"},
    {"1", "a scope that was named is not there"},
    {"2", "usage or I/O trouble"},
};

constexpr cli::About about{
    .name = "list",
    .summary = "show scopes, the trees of their processes, and slots",
    .usage = "[OPTIONS] [NAME...]",
    .examples = examples,
    .exits = exits,
};

void options(cli::Options& cli, ListSettings& settings) {
  cli.group("Listing");
  cli.choice("-f,--format", settings.format, {{"text", Output::text}, {"json", Output::json}},
             "Output format");
  describe_state(cli, settings.state);
  cli.files("NAME", settings.names, "Scopes to show; all where none is named");
}

struct Process {
  sys::ProcessStat stat;
  sys::OpenDescriptors open;
  std::string command;
  std::uint64_t seconds = 0;  // of its age
  int depth = 0;              // in the tree of its scope
};

struct Shown {
  sys::ScopeRecord record;
  bool alive = false;
  std::uint64_t seconds = 0;
  std::vector<Process> processes;
  Process sum;
};

std::uint64_t age_of(const sys::ProcessStat& process) {
  static const auto ticks_a_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto now = sys::ticks_since_boot();
  return (now - std::min(now, process.id.start)) / ticks_a_second;
}

// In the order of a tree: each process behind its parent, siblings by age.
void append_tree(const std::multimap<pid_t, sys::ProcessStat>& by_parent, pid_t parent, int depth,
                 std::vector<Process>& out) {
  const auto [first, last] = by_parent.equal_range(parent);
  for (auto child = first; child != last; ++child) {
    out.push_back({child->second, {}, {}, age_of(child->second), depth});
    append_tree(by_parent, child->second.id.pid, depth + 1, out);
  }
}

Shown shown(const sys::ScopeRecord& record, bool alive) {
  Shown scope{record, alive, 0, {}, {}};
  auto found = processes_of(record, alive);
  std::erase_if(found, [](const auto& one) { return one.has_ended(); });
  std::ranges::sort(found, {}, [](const auto& one) { return one.id.start; });
  // Beside those whose parent is here too, the others are the tops of trees.
  std::multimap<pid_t, sys::ProcessStat> by_parent;
  constexpr pid_t top = 0;
  for (const auto& one : found) {
    const bool inside =
        std::ranges::any_of(found, [&](const auto& other) { return other.id.pid == one.parent; });
    by_parent.emplace(inside ? one.parent : top, one);
  }
  append_tree(by_parent, top, 1, scope.processes);
  const sys::ProcessTable table;
  for (auto& process : scope.processes) {
    process.open = table.descriptors(process.stat.id.pid).value_or(sys::OpenDescriptors{});
    process.command = table.command_line(process.stat.id.pid);
    scope.sum.stat.resident_bytes += process.stat.resident_bytes;
    scope.sum.stat.threads += process.stat.threads;
    scope.sum.open.all += process.open.all;
    scope.sum.open.sockets += process.open.sockets;
  }
  const auto age = std::chrono::system_clock::now() - record.started;
  scope.seconds = static_cast<std::uint64_t>(
      std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(age).count(), 0));
  return scope;
}

using Cells = std::array<std::string, 7>;

Cells cells(const Process& process, const std::string& pid, std::uint64_t seconds,
            const std::string& command) {
  return {pid,
          core::format_duration(std::chrono::seconds{seconds}),
          core::format_size(process.stat.resident_bytes),
          std::to_string(process.open.all),
          std::to_string(process.open.sockets),
          std::to_string(process.stat.threads),
          command};
}

std::string heading_of(const Shown& scope) {
  const sys::ScopeRecord& record = scope.record;
  std::string text = record.name.empty() ? record.id : record.name + " (" + record.id + ")";
  text.append(": ").append(record.kind);
  if (!record.slot.empty()) text.append(" ").append(record.slot);
  text.append(", ").append(name_of(record.isolation));
  text.append(", ")
      .append(std::to_string(scope.processes.size()))
      .append(scope.processes.size() == 1 ? " process" : " processes");
  const auto peak = record.usage.processes_peak;
  if (peak > scope.processes.size()) text.append(" (peak ").append(std::to_string(peak)).append(")");
  if (const auto growth = record.usage.descriptors_per_hour(); growth && *growth >= 1)
    text.append(", descriptors +")
        .append(std::to_string(static_cast<std::uint64_t>(*growth)))
        .append(" an hour");
  if (!scope.alive) text += ", dead: proctrack gc clears it";
  return text;
}

std::string table_of(const std::vector<Shown>& scopes) {
  std::vector<Cells> rows{{"PID", "AGE", "MEMORY", "FDS", "SOCKETS", "THREADS", "SCOPE AND COMMANDS"}};
  for (const auto& scope : scopes) {
    rows.push_back(
        cells(scope.sum, std::to_string(scope.record.front.pid), scope.seconds, heading_of(scope)));
    for (const auto& process : scope.processes) {
      const std::string indent(2 * static_cast<std::size_t>(process.depth), ' ');
      rows.push_back(
          cells(process, std::to_string(process.stat.id.pid), process.seconds, indent + process.command));
    }
  }
  std::array<std::size_t, 7> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      out.append(widths[i] - row[i].size(), ' ').append(row[i]).append("  ");
    out.append(row.back()).append("\n");
  }
  return out;
}

void write_counts(store::JsonWriter& json, const Process& process) {
  json.member("residentBytes", process.stat.resident_bytes).member("descriptors", process.open.all);
  json.member("sockets", process.open.sockets).member("threads", process.stat.threads);
}

std::string json_of(const Shown& scope) {
  const sys::ScopeRecord& record = scope.record;
  store::JsonWriter json;
  json.begin_object()
      .member("scope", std::string_view{record.id})
      .member("name", std::string_view{record.name});
  json.member("kind", std::string_view{record.kind}).member("slot", std::string_view{record.slot});
  json.member("alive", scope.alive).member("isolation", name_of(record.isolation));
  json.member("pid", static_cast<std::uint64_t>(record.front.pid)).member("seconds", scope.seconds);
  json.member("started", std::string_view{core::iso_time(record.started)});
  json.member("folder", std::string_view{record.folder});
  json.member("processes", static_cast<std::uint64_t>(scope.processes.size()));
  write_counts(json, scope.sum);
  json.member("processesPeak", record.usage.processes_peak)
      .member("processesStarted", record.usage.processes_started);
  json.member("memoryPeak", record.usage.memory_peak)
      .member("descriptorsPeak", record.usage.descriptors_peak);
  if (const auto growth = record.usage.descriptors_per_hour()) json.key("descriptorsPerHour").tenths(*growth);
  json.key("command").begin_array();
  for (const auto& word : record.command) json.value(std::string_view{word});
  json.end_array().key("tree").begin_array();
  for (const auto& process : scope.processes) {
    json.begin_object().member("pid", static_cast<std::uint64_t>(process.stat.id.pid));
    json.member("parent", static_cast<std::uint64_t>(process.stat.parent));
    json.member("command", std::string_view{process.command}).member("seconds", process.seconds);
    write_counts(json, process);
    json.end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

void print_slots(const std::string& state, Output format, cli::Session& session) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry{state + "/slots", error}, end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    const auto counts = SlotQueue{entry->path().string()}.counts();
    if (counts.held + counts.waiting == 0) continue;
    if (format == Output::json) {
      store::JsonWriter json;
      json.begin_object().member("slot", std::string_view{name}).member("held", counts.held);
      session.print(json.member("waiting", counts.waiting).end_object().text() + '\n');
    } else {
      session.print("slot " + name + ": " + std::to_string(counts.held) + " held, " +
                    std::to_string(counts.waiting) + " waiting\n");
    }
  }
}

core::Exit run(const ListSettings& settings, cli::Session& session) {
  sys::require_proc();
  const sys::ScopeRegistry registry{sys::state_path(settings.state)};
  core::Exit exit = core::Exit::ok;
  std::vector<Shown> scopes;
  if (settings.names.empty()) {
    for (const auto& id : registry.ids()) {
      const bool alive = registry.is_alive(id);
      if (const auto record = registry.read(id)) scopes.push_back(shown(*record, alive));
    }
  }
  for (const auto& name : settings.names) {
    if (const auto record = registry.find(name)) {
      scopes.push_back(shown(*record, true));
    } else {
      session.complain(name, "there is no such scope");
      exit = core::Exit::finding;
    }
  }
  if (settings.format == Output::json) {
    for (const auto& scope : scopes) session.print(json_of(scope));
  } else if (!scopes.empty()) {
    session.print(table_of(scopes));
  }
  if (settings.names.empty()) print_slots(registry.folder(), settings.format, session);
  return exit;
}

}  // namespace

cli::Subcommand list_command() { return cli::subcommand<ListSettings>(about, options, run); }

}  // namespace longhaul::proctrack
