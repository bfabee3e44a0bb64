#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "diag/merge_json.hpp"
#include "store/json_reader.hpp"

namespace longhaul::diag {
namespace {

using namespace merge_json;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t largest_record = std::size_t{64} << 20U;

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

Totals totals_of(const object& from) {
  Totals totals;
  for (const PartsMember& each : parts_members) totals.*each.parts = parts_of(from, each.name);
  for (const TotalsFlag& each : totals_flags) totals.*each.flag = member<bool>(from, each.name);
  totals.most_cut = member<std::uint64_t>(from, "mostCut");
  totals.fixable = member<std::uint64_t>(from, "fixable");
  totals.fixable_before = member<std::uint64_t>(from, "fixableBefore");
  totals.fixable_after = member<std::uint64_t>(from, "fixableAfter");
  if (from["agreedLayout"].error() == simdjson::SUCCESS)
    totals.agreed_channel = std::min<std::uint64_t>(member<std::uint64_t>(from, "agreedLayout"), channels);
  return totals;
}

MergeState::Tool tool_of(const object& from, std::size_t files) {
  MergeState::Tool tool;
  const std::string name = text_of(from, "tool");
  tool.format = name == own_pattern().name ? &own_pattern() : find_format(name);
  if (tool.format == nullptr) refuse("the tool '" + name + "' is unknown to this version");
  for (const ToolFlag& each : tool_flags) tool.*each.flag = member<bool>(from, each.name);
  tool.totals = totals_of(from);
  tool.origin = text_of(from, "origin");
  object places;
  if (from["failingPlaces"].get(places) == simdjson::SUCCESS)
    for (const auto [place, count] : places)
      tool.failing_places.push_back({std::string{place}, as<std::uint64_t>(count)});
  object told;
  if (from["told"].get(told) == simdjson::SUCCESS)
    for (const auto [of, totals] : told)
      tool.told.emplace(from_hexadecimal(of), totals_of(as<object>(totals)));
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
