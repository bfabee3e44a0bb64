#include <algorithm>

#include "base/hexadecimal.hpp"
#include "diag/merge_json.hpp"
#include "store/json_writer.hpp"

namespace longhaul::diag {
namespace {

using namespace merge_json;
using store::JsonWriter;

// What is zero, false or empty is not written.
void write(JsonWriter& json, std::string_view name, std::uint64_t number) {
  if (number != 0) json.member(name, number);
}
void write(JsonWriter& json, std::string_view name, bool flag) {
  if (flag) json.member(name, flag);
}
void write(JsonWriter& json, std::string_view name, const std::string& text) {
  if (!text.empty()) json.member(name, text);
}
void write(JsonWriter& json, std::string_view name, const Parts& parts) {
  if (parts[0] == 0 && parts[1] == 0) return;
  json.key(name).begin_array().value(parts[0]).value(parts[1]).end_array();
}
template <typename Texts>
void write_texts(JsonWriter& json, std::string_view name, const Texts& texts) {
  if (texts.empty()) return;
  json.key(name).begin_array();
  for (const std::string& text : texts) json.value(std::string_view{text});
  json.end_array();
}

// A digit for what is not a number: part, fixable, counted.
char flags_of(const KeptFinding& finding) {
  return static_cast<char>('0' + finding.part + (finding.fixable ? 2 : 0) + (finding.counted ? 4 : 0));
}

void write_findings(JsonWriter& json, const std::vector<KeptFinding>& findings) {
  if (findings.empty()) return;
  std::string identities;
  identities.reserve(findings.size() * digits);
  std::string flags;
  for (const KeptFinding& each : findings) {
    core::append_hexadecimal(identities, each.identity);
    flags += flags_of(each);
  }
  json.member("findings", identities).member("flags", flags);
  // A number more than there are stands for none.
  const auto column = [&](std::string_view name, auto number_of) {
    json.key(name).begin_array();
    for (const KeptFinding& each : findings) json.value(std::uint64_t{number_of(each)});
    json.end_array();
  };
  column("group", [](const KeptFinding& f) { return f.group == KeptFinding::no_group ? 0U : f.group + 1U; });
  column("file", [](const KeptFinding& f) {
    return f.file == KeptFinding::no_file ? std::uint64_t{0} : std::uint64_t{f.file} + 1;
  });
  if (std::ranges::any_of(findings, [](const KeptFinding& f) { return f.count != 1; }))
    column("count", [](const KeptFinding& f) { return std::uint64_t{f.count}; });
}

void write_example(JsonWriter& json, const Example& example) {
  json.begin_object();
  write(json, "place", example.place);
  if (usual_place(example.file, example.line) != example.place) json.member("file", example.file);
  write(json, "line", std::uint64_t{example.line});
  write(json, "column", std::uint64_t{example.column});
  write(json, "message", example.message);
  write(json, "name", example.name);
  json.end_object();
}

void write_group(JsonWriter& json, const Group& group) {
  json.begin_object();
  write(json, "code", group.code);
  json.member("by", core::hexadecimal(group.by));
  write(json, "severity", static_cast<std::uint64_t>(group.severity));
  write(json, "count", group.count);
  write(json, "fixable", group.fixable);
  write(json, "files", group.files);
  json.key("examples").begin_array();
  for (const Example& example : group.examples) write_example(json, example);
  json.end_array();
  if (!group.others.empty()) {
    json.key("others").begin_object();
    for (const Group::Other& other : group.others) {
      json.key(core::hexadecimal(other.hash));
      if (other.message == group.first().message)
        json.value(true);
      else
        json.value(std::string_view{other.message});
    }
    json.end_object();
  }
  json.end_object();
}

bool is_empty(const MergeState::Channel& channel) {
  return channel.groups.empty() && channel.findings.empty() && channel.more_seen == 0 &&
         channel.more_left_out == 0;
}

void write_totals(JsonWriter& json, const Totals& totals) {
  for (const PartsMember& each : parts_members) write(json, each.name, totals.*each.parts);
  for (const TotalsFlag& each : totals_flags) write(json, each.name, totals.*each.flag);
  write(json, "mostCut", totals.most_cut);
  write(json, "fixable", totals.fixable);
  write(json, "missingFiles", totals.missing_files);
  write(json, "orphanedFiles", totals.orphaned_files);
  write(json, "fixableBefore", totals.fixable_before);
  write(json, "fixableAfter", totals.fixable_after);
  if (totals.agreed_channel != channels)
    json.member("agreedLayout", static_cast<std::uint64_t>(totals.agreed_channel));
}

void write_told(JsonWriter& json, std::string_view name, const MergeState::Told& told) {
  json.key(name).begin_object();
  write_totals(json, told.totals);
  if (!told.failing_places.empty()) {
    json.key("failingPlaces").begin_object();
    for (const FailingPlace& each : told.failing_places) json.member(each.place, each.count);
    json.end_object();
  }
  json.end_object();
}

void write_tool(JsonWriter& json, const MergeState::Tool& tool) {
  json.begin_object().member("tool", tool.format->name);
  for (const ToolFlag& each : tool_flags) write(json, each.name, tool.*each.flag);
  if (tool.origin) {
    json.key("origin");
    write_example(json, *tool.origin);
  }
  write_told(json, "more", tool.more);
  if (!tool.told.empty()) {
    json.key("told").begin_object();
    for (const auto& [of, told] : tool.told) write_told(json, core::hexadecimal(of), told);
    json.end_object();
  }
  json.key("layouts").begin_array();
  for (std::size_t number = 0; number < channels; ++number) {
    const MergeState::Channel& channel = tool.channel[number];
    if (is_empty(channel)) continue;
    json.begin_object().member("layout", static_cast<std::uint64_t>(number));
    write(json, "seen", channel.more_seen);
    write(json, "files", channel.more_files);
    write(json, "leftOut", channel.more_left_out);
    write(json, "counted", channel.more_counted);
    json.key("groups").begin_array();
    for (const Group& group : channel.groups) write_group(json, group);
    json.end_array();
    write_findings(json, channel.findings);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_unknown(JsonWriter& json, const MergeState& state) {
  if (state.unknown.lines == 0) return;
  json.key("unknown").begin_object().member("lines", state.unknown.lines);
  write(json, "errorLines", state.unknown.error_lines);
  write(json, "leftOut", state.unknown.left_out);
  write(json, "endsWell", state.unknown.ends_well);
  write_texts(json, "head", state.unknown.head);
  write_texts(json, "tail", state.unknown.tail);
  json.key("templates").begin_array();
  for (const UnknownLines::Template& each : state.templates) {
    json.begin_object().member("hash", core::hexadecimal(each.hash)).member("masked", each.masked);
    json.member("line", each.example).member("count", each.count);
    write(json, "error", each.error);
    json.end_object();
  }
  json.end_array().end_object();
}

// Enough for most, since doubling what has megabytes would double the memory.
std::size_t usual_size(const MergeState& state) {
  constexpr std::size_t rest = 4096;
  constexpr std::size_t of_finding = 32;
  std::size_t size = rest;
  for (const std::string& name : state.files.names()) size += name.size() + 3;
  for (const MergeState::Tool& tool : state.tools)
    for (const MergeState::Channel& channel : tool.channel) size += channel.findings.size() * of_finding;
  return size;
}

}  // namespace

std::string to_json(const MergeState& state) {
  JsonWriter json;
  json.reserve(usual_size(state));
  json.begin_object().member("version", version);
  json.member("bytes", state.raw_size);
  write(json, "cutLines", state.cut_lines);
  write(json, "jsonLeftOut", state.json_left_out);
  write(json, "approximate", state.approximate);
  if (state.silent_status) json.member("status", static_cast<std::uint64_t>(*state.silent_status));
  write_texts(json, "files", state.files.names());
  json.key("tools").begin_array();
  for (const MergeState::Tool& tool : state.tools) write_tool(json, tool);
  json.end_array();
  write_unknown(json, state);
  json.end_object();
  return json.take();
}

}  // namespace longhaul::diag
