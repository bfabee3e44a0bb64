// Findings are written in columns: their hashes as one string of 16 hexadecimal digits each, since a number
// of 64 bits does not survive every program that reads JSON.
#include <charconv>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "diag/merge_state.hpp"
#include "store/json_reader.hpp"
#include "store/json_writer.hpp"

namespace longhaul::diag {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;
using store::JsonWriter;
using Totals = ToolTally::Totals;

constexpr std::uint64_t version = 1;
constexpr std::size_t digits = 16;
constexpr std::size_t largest_record = std::size_t{256} << 20U;

struct PartsMember {
  std::string_view name;
  Parts Totals::*parts;
};
constexpr PartsMember parts_members[] = {{"counted", &Totals::counted},
                                         {"missing", &Totals::missing},
                                         {"orphaned", &Totals::orphaned},
                                         {"cutBefore", &Totals::cut_before},
                                         {"cutAfter", &Totals::cut_after}};

struct TotalsFlag {
  std::string_view name;
  bool Totals::*flag;
};
constexpr TotalsFlag totals_flags[] = {{"agreed", &Totals::agreed_once},
                                       {"disagrees", &Totals::disagrees},
                                       {"disagreesAtFirst", &Totals::disagrees_at_first}};

struct ToolFlag {
  std::string_view name;
  bool MergeState::Tool::*flag;
};
constexpr ToolFlag tool_flags[] = {{"follower", &MergeState::Tool::follower},
                                   {"sure", &MergeState::Tool::sure},
                                   {"clean", &MergeState::Tool::said_clean},
                                   {"owes", &MergeState::Tool::owes}};

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
  if (parts[0] + parts[1] == 0) return;
  json.key(name).begin_array().value(parts[0]).value(parts[1]).end_array();
}
template <typename Texts>
void write_texts(JsonWriter& json, std::string_view name, const Texts& texts) {
  if (texts.empty()) return;
  json.key(name).begin_array();
  for (const std::string& text : texts) json.value(std::string_view{text});
  json.end_array();
}

void append_hexadecimal(std::string& text, std::uint64_t number) {
  constexpr std::string_view all = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += all[number >> static_cast<unsigned>(shift) & 15U];
}
std::string hexadecimal(std::uint64_t number) {
  std::string text;
  append_hexadecimal(text, number);
  return text;
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
    append_hexadecimal(identities, each.identity);
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

// How the place of a finding of a linter or a compiler is written.
std::string usual_place(const std::string& file, std::uint32_t line) {
  return line == 0 ? file : file + ':' + std::to_string(line);
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
  json.member("by", hexadecimal(group.by));
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
      const bool is_first = other.message == group.first().message;
      json.member(hexadecimal(other.hash), is_first ? std::string_view{} : std::string_view{other.message});
    }
    json.end_object();
  }
  json.end_object();
}

bool is_empty(const MergeState::Channel& channel) {
  return channel.groups.empty() && channel.findings.empty() && channel.more_seen == 0 &&
         channel.more_left_out == 0;
}

void write_tool(JsonWriter& json, const MergeState::Tool& tool) {
  json.begin_object().member("tool", tool.format->name);
  for (const ToolFlag& each : tool_flags) write(json, each.name, tool.*each.flag);
  for (const PartsMember& each : parts_members) write(json, each.name, tool.totals.*each.parts);
  for (const TotalsFlag& each : totals_flags) write(json, each.name, tool.totals.*each.flag);
  write(json, "origin", tool.origin);
  if (!tool.failing_places.empty()) {
    json.key("failingPlaces").begin_object();
    for (const FailingPlace& each : tool.failing_places) json.member(each.place, each.count);
    json.end_object();
  }
  write(json, "mostCut", tool.totals.most_cut);
  write(json, "fixable", tool.totals.fixable);
  write(json, "fixableBefore", tool.totals.fixable_before);
  write(json, "fixableAfter", tool.totals.fixable_after);
  if (tool.totals.agreed_channel != channels)
    json.member("agreedLayout", static_cast<std::uint64_t>(tool.totals.agreed_channel));
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
    json.begin_object().member("hash", hexadecimal(each.hash)).member("masked", each.masked);
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

// What is not as this version writes it ends the reading.
[[noreturn]] void refuse(const std::string& why) { throw core::Error{"", why}; }

template <typename T>
T member(const object& of, std::string_view name) {
  T value{};
  const element found = of[name].error() == simdjson::SUCCESS ? of[name].value_unsafe() : element{};
  if (of[name].error() != simdjson::SUCCESS) return value;
  if (found.get(value) != simdjson::SUCCESS) refuse("'" + std::string{name} + "' is not what it should be");
  return value;
}
std::string text_of(const object& of, std::string_view name) {
  return std::string{member<std::string_view>(of, name)};
}
// An element of an array as what it has to be.
template <typename T>
T as(const element& found) {
  T value{};
  if (found.get(value) != simdjson::SUCCESS) refuse("what is to be merged is damaged");
  return value;
}
template <typename Visit>
void each_in(const object& of, std::string_view name, Visit visit) {
  array all;
  const auto found = of[name];
  if (found.error() != simdjson::SUCCESS) return;
  if (found.get(all) != simdjson::SUCCESS) refuse("'" + std::string{name} + "' is not a list");
  for (const element each : all) visit(each);
}

std::uint64_t from_hexadecimal(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.size() != digits || error != std::errc{} || end != text.data() + text.size())
    refuse("'" + std::string{text} + "' is not a hash");
  return number;
}

Parts parts_of(const object& of, std::string_view name) {
  Parts parts{};
  std::size_t at = 0;
  each_in(of, name, [&](const element& each) {
    if (at == parts.size()) refuse("'" + std::string{name} + "' has more than two parts");
    parts[at++] = as<std::uint64_t>(each);
  });
  return parts;
}

// The place without its line, where it is not told apart.
std::string file_of(const object& from, const Example& example) {
  if (from["file"].error() == simdjson::SUCCESS) return text_of(from, "file");
  const std::size_t line = usual_place("", example.line).size();
  if (example.place.size() < line) return {};
  const std::string file = example.place.substr(0, example.place.size() - line);
  return usual_place(file, example.line) == example.place ? file : std::string{};
}

Example example_of(const object& from) {
  Example example;
  example.line = static_cast<std::uint32_t>(member<std::uint64_t>(from, "line"));
  example.column = static_cast<std::uint32_t>(member<std::uint64_t>(from, "column"));
  example.place = text_of(from, "place");
  example.file = file_of(from, example);
  example.message = text_of(from, "message");
  example.name = text_of(from, "name");
  return example;
}

Group group_of(const object& from) {
  Group group;
  group.code = text_of(from, "code");
  group.by = from_hexadecimal(member<std::string_view>(from, "by"));
  const auto severity = member<std::uint64_t>(from, "severity");
  if (severity > static_cast<std::uint64_t>(Severity::warning)) refuse("a severity is unknown");
  group.severity = static_cast<Severity>(severity);
  group.count = member<std::uint64_t>(from, "count");
  group.fixable = member<std::uint64_t>(from, "fixable");
  group.files = member<std::uint64_t>(from, "files");
  each_in(from, "examples", [&](const element& each) { group.add_example(example_of(as<object>(each))); });
  if (group.examples.empty()) refuse("a group has no example");
  object others;
  if (from["others"].get(others) == simdjson::SUCCESS) {
    for (const auto [hash, message] : others) {
      const auto said = as<std::string_view>(message);
      group.add_other(from_hexadecimal(hash), said.empty() ? group.first().message : std::string{said});
    }
  }
  return group;
}

// A column has a number for each finding, and each is at most `most`.
template <typename Take>
void read_column(const object& from, std::string_view name, std::size_t size, std::uint64_t most, Take take) {
  std::size_t at = 0;
  each_in(from, name, [&](const element& each) {
    const auto number = as<std::uint64_t>(each);
    if (at == size || number > most) refuse("the column '" + std::string{name} + "' does not fit");
    take(at++, number);
  });
  if (at != size) refuse("the column '" + std::string{name} + "' is too short");
}

std::vector<KeptFinding> findings_of(const object& from, std::size_t groups, std::size_t files) {
  const auto identities = member<std::string_view>(from, "findings");
  const auto flags = member<std::string_view>(from, "flags");
  std::vector<KeptFinding> findings(flags.size());
  if (identities.size() != flags.size() * digits) refuse("the findings do not fit their flags");
  for (std::size_t at = 0; at < findings.size(); ++at) {
    findings[at].identity = from_hexadecimal(identities.substr(at * digits, digits));
    const auto flag = static_cast<unsigned>(flags[at] - '0');
    if (flag > 7) refuse("a flag is unknown");
    findings[at].part = flag & 1U;
    findings[at].fixable = (flag & 2U) != 0;
    findings[at].counted = (flag & 4U) != 0;
  }
  if (findings.empty()) return findings;
  read_column(from, "group", findings.size(), groups, [&](std::size_t at, std::uint64_t number) {
    if (number != 0) findings[at].group = static_cast<std::uint16_t>(number - 1);
  });
  read_column(from, "file", findings.size(), files, [&](std::size_t at, std::uint64_t number) {
    if (number != 0) findings[at].file = static_cast<std::uint32_t>(number - 1);
  });
  if (from["count"].error() == simdjson::SUCCESS)
    read_column(from, "count", findings.size(), UINT32_MAX, [&](std::size_t at, std::uint64_t number) {
      findings[at].count = static_cast<std::uint32_t>(number);
    });
  return findings;
}

MergeState::Tool tool_of(const object& from, std::size_t files) {
  MergeState::Tool tool;
  const std::string name = text_of(from, "tool");
  tool.format = name == own_pattern().name ? &own_pattern() : find_format(name);
  if (tool.format == nullptr) refuse("the tool '" + name + "' is unknown to this version");
  for (const ToolFlag& each : tool_flags) tool.*each.flag = member<bool>(from, each.name);
  for (const PartsMember& each : parts_members) tool.totals.*each.parts = parts_of(from, each.name);
  for (const TotalsFlag& each : totals_flags) tool.totals.*each.flag = member<bool>(from, each.name);
  tool.origin = text_of(from, "origin");
  object places;
  if (from["failingPlaces"].get(places) == simdjson::SUCCESS)
    for (const auto [place, count] : places)
      tool.failing_places.push_back({std::string{place}, as<std::uint64_t>(count)});
  tool.totals.most_cut = member<std::uint64_t>(from, "mostCut");
  tool.totals.fixable = member<std::uint64_t>(from, "fixable");
  tool.totals.fixable_before = member<std::uint64_t>(from, "fixableBefore");
  tool.totals.fixable_after = member<std::uint64_t>(from, "fixableAfter");
  if (from["agreedLayout"].error() == simdjson::SUCCESS)
    tool.totals.agreed_channel =
        std::min<std::uint64_t>(member<std::uint64_t>(from, "agreedLayout"), channels);
  each_in(from, "layouts", [&](const element& each) {
    const auto layout = as<object>(each);
    const auto number = member<std::uint64_t>(layout, "layout");
    if (number >= channels) refuse("a layout is unknown");
    MergeState::Channel& channel = tool.channel[number];
    channel.more_seen = member<std::uint64_t>(layout, "seen");
    channel.more_files = member<std::uint64_t>(layout, "files");
    channel.more_left_out = member<std::uint64_t>(layout, "leftOut");
    channel.more_counted = parts_of(layout, "counted");
    each_in(layout, "groups",
            [&](const element& group) { channel.groups.push_back(group_of(as<object>(group))); });
    if (channel.groups.size() > max_groups) refuse("there are too many groups");
    channel.findings = findings_of(layout, channel.groups.size(), files);
  });
  return tool;
}

void read_unknown(const object& from, MergeState& state) {
  state.unknown.lines = member<std::uint64_t>(from, "lines");
  state.unknown.error_lines = member<std::uint64_t>(from, "errorLines");
  state.unknown.left_out = member<std::uint64_t>(from, "leftOut");
  state.unknown.ends_well = member<bool>(from, "endsWell");
  const auto texts = [&](std::string_view name, std::vector<std::string>& into) {
    each_in(from, name, [&](const element& each) { into.emplace_back(as<std::string_view>(each)); });
  };
  texts("head", state.unknown.head);
  texts("tail", state.unknown.tail);
  each_in(from, "templates", [&](const element& each) {
    const auto one = as<object>(each);
    state.templates.push_back({.masked = text_of(one, "masked"),
                               .example = text_of(one, "line"),
                               .hash = from_hexadecimal(member<std::string_view>(one, "hash")),
                               .count = member<std::uint64_t>(one, "count"),
                               .error = member<bool>(one, "error")});
  });
}

}  // namespace

std::string to_json(const MergeState& state) {
  JsonWriter json;
  json.reserve(usual_size(state));
  json.begin_object().member("version", version);
  write(json, "bytes", state.raw_size);
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

MergeState merge_state_of(std::string_view record) {
  store::JsonReader reader{largest_record};
  const auto root = reader.read(record);
  if (!root) refuse("not a record: not valid JSON");
  object whole;
  object from;
  if (root->get(whole) != simdjson::SUCCESS) refuse("not a record: not a JSON object");
  if (whole["merge"].get(from) != simdjson::SUCCESS)
    refuse("a record without 'merge': make it with --format json --max 0");
  if (member<std::uint64_t>(from, "version") != version) refuse("a record of another version of errsum");
  MergeState state;
  state.raw_size = member<std::uint64_t>(from, "bytes");
  state.cut_lines = member<std::uint64_t>(from, "cutLines");
  state.json_left_out = member<std::uint64_t>(from, "jsonLeftOut");
  state.approximate = member<bool>(from, "approximate");
  if (from["status"].error() == simdjson::SUCCESS)
    state.silent_status = static_cast<int>(member<std::uint64_t>(from, "status"));
  // By their place in the list, which is not their number where one is there twice.
  std::size_t files = 0;
  each_in(from, "files", [&](const element& each) {
    const auto name = as<std::string_view>(each);
    if (state.files.number_of(core::hash(name), name) != files++) refuse("a file is listed twice");
  });
  each_in(from, "tools",
          [&](const element& each) { state.tools.push_back(tool_of(as<object>(each), files)); });
  object unknown;
  if (from["unknown"].get(unknown) == simdjson::SUCCESS) read_unknown(unknown, state);
  return state;
}

}  // namespace longhaul::diag
