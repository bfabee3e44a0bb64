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

// Of anything that is counted: far more than can be, and far from where sums would overflow.
constexpr std::uint64_t most_counted = std::uint64_t{1} << 48U;

// What is not as this version writes it ends the reading.
[[noreturn]] void refuse(const std::string& why) { throw core::Error{"", why}; }

template <typename T>
T member(const object& of, std::string_view name) {
  T value{};
  const auto found = of[name];
  if (found.error() != simdjson::SUCCESS) return value;
  if (found.get(value) != simdjson::SUCCESS) refuse("'" + std::string{name} + "' is not what it should be");
  return value;
}
std::uint64_t number_of(const object& of, std::string_view name, std::uint64_t most = most_counted) {
  const auto number = member<std::uint64_t>(of, name);
  if (number > most) refuse("'" + std::string{name} + "' is too large");
  return number;
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

// The members of an object within; none where it is not there.
template <typename Visit>
void each_member(const object& of, std::string_view name, std::size_t most, Visit visit) {
  object all;
  const auto found = of[name];
  if (found.error() != simdjson::SUCCESS) return;
  if (found.get(all) != simdjson::SUCCESS) refuse("'" + std::string{name} + "' is not an object");
  if (all.size() > most) refuse("'" + std::string{name} + "' has too much in it");
  for (const auto [key, value] : all) visit(key, value);
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
    parts[at] = as<std::uint64_t>(each);
    if (parts[at++] > most_counted) refuse("'" + std::string{name} + "' is too large");
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
  example.line = static_cast<std::uint32_t>(number_of(from, "line", UINT32_MAX));
  example.column = static_cast<std::uint32_t>(number_of(from, "column", UINT32_MAX));
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
  const auto severity = number_of(from, "severity");
  if (severity > static_cast<std::uint64_t>(Severity::warning)) refuse("a severity is unknown");
  group.severity = static_cast<Severity>(severity);
  group.count = number_of(from, "count");
  group.fixable = number_of(from, "fixable");
  group.files = number_of(from, "files");
  each_in(from, "examples", [&](const element& each) { group.add_example(example_of(as<object>(each))); });
  if (group.examples.empty()) refuse("a group has no example");
  each_member(from, "others", Group::most_others, [&](std::string_view hash, const element& message) {
    const bool is_first = message.is_bool();
    group.add_other(from_hexadecimal(hash),
                    is_first ? group.first().message : std::string{as<std::string_view>(message)});
  });
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

std::vector<KeptFinding> findings_of(const object& from, std::size_t groups,
                                     const std::vector<std::uint32_t>& files) {
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
    if (number != 0) findings[at].group = static_cast<std::uint32_t>(number - 1);
  });
  read_column(from, "file", findings.size(), files.size(), [&](std::size_t at, std::uint64_t number) {
    if (number != 0) findings[at].file = files[number - 1];
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
  totals.most_cut = number_of(from, "mostCut");
  totals.fixable = number_of(from, "fixable");
  totals.missing_files = number_of(from, "missingFiles");
  totals.orphaned_files = number_of(from, "orphanedFiles");
  totals.fixable_before = number_of(from, "fixableBefore");
  totals.fixable_after = number_of(from, "fixableAfter");
  if (from["agreedLayout"].error() == simdjson::SUCCESS)
    totals.agreed_channel = std::min<std::uint64_t>(number_of(from, "agreedLayout"), channels);
  return totals;
}

MergeState::Told told_of(const object& from) {
  MergeState::Told told{.totals = totals_of(from), .failing_places = {}};
  each_member(from, "failingPlaces", most_told, [&](std::string_view place, const element& count) {
    const auto number = as<std::uint64_t>(count);
    if (number > most_counted) refuse("'failingPlaces' has too large a number");
    told.add({{}, {{std::string{place}, number}}});
  });
  return told;
}

MergeState::Tool tool_of(const object& from, const std::vector<std::uint32_t>& files) {
  MergeState::Tool tool;
  const std::string name = text_of(from, "tool");
  tool.format = name == own_pattern().name ? &own_pattern() : find_format(name);
  if (tool.format == nullptr) refuse("the tool '" + name + "' is unknown to this version");
  for (const ToolFlag& each : tool_flags) tool.*each.flag = member<bool>(from, each.name);
  if (from["origin"].error() == simdjson::SUCCESS)
    tool.origin = example_of(as<object>(from["origin"].value_unsafe()));
  if (from["more"].error() == simdjson::SUCCESS) tool.more = told_of(as<object>(from["more"].value_unsafe()));
  each_member(from, "told", most_told, [&](std::string_view of, const element& each) {
    tool.told.emplace(from_hexadecimal(of), told_of(as<object>(each)));
  });
  if (from["layouts"].error() != simdjson::SUCCESS) refuse("'layouts' is missing");
  each_in(from, "layouts", [&](const element& each) {
    const auto layout = as<object>(each);
    const auto number = number_of(layout, "layout");
    if (number >= channels) refuse("a layout is unknown");
    MergeState::Channel& channel = tool.channel[number];
    channel.more_seen = number_of(layout, "seen");
    channel.more_files = number_of(layout, "files");
    channel.more_left_out = number_of(layout, "leftOut");
    channel.more_counted = parts_of(layout, "counted");
    each_in(layout, "groups",
            [&](const element& group) { channel.groups.push_back(group_of(as<object>(group))); });
    if (channel.groups.size() > max_groups) refuse("there are too many groups");
    channel.findings = findings_of(layout, channel.groups.size(), files);
  });
  return tool;
}

void read_unknown(const object& from, MergeState& state) {
  state.unknown.lines = number_of(from, "lines");
  state.unknown.error_lines = number_of(from, "errorLines");
  state.unknown.left_out = number_of(from, "leftOut");
  state.unknown.ends_well = member<bool>(from, "endsWell");
  const auto texts = [&](std::string_view name, std::vector<std::string>& into) {
    each_in(from, name, [&](const element& each) { into.emplace_back(as<std::string_view>(each)); });
  };
  texts("head", state.unknown.head);
  texts("tail", state.unknown.tail);
  if (std::max(state.unknown.head.size(), state.unknown.tail.size()) > UnknownLines::kept_lines)
    refuse("there are more first or last lines than are kept");
  each_in(from, "templates", [&](const element& each) {
    const auto one = as<object>(each);
    state.templates.push_back({.masked = text_of(one, "masked"),
                               .example = text_of(one, "line"),
                               .hash = from_hexadecimal(member<std::string_view>(one, "hash")),
                               .count = number_of(one, "count"),
                               .error = member<bool>(one, "error")});
    if (state.templates.size() > UnknownLines::max_templates) refuse("there are too many templates");
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
  if (number_of(from, "version") != version) refuse("a record of another version of errsum");
  MergeState state;
  state.raw_size = number_of(from, "bytes");
  state.cut_lines = number_of(from, "cutLines");
  state.json_left_out = number_of(from, "jsonLeftOut");
  state.approximate = member<bool>(from, "approximate");
  if (from["status"].error() == simdjson::SUCCESS)
    state.silent_status = static_cast<int>(number_of(from, "status", UINT8_MAX));
  // By their place in the list, which is not their number where two of them are read as the same.
  std::vector<std::uint32_t> files;
  each_in(from, "files", [&](const element& each) {
    const auto name = as<std::string_view>(each);
    files.push_back(state.files.number_of(core::hash(name), name));
    if (files.back() == KnownFiles::none) refuse("there are too many files");
  });
  for (const char* needed : {"bytes", "tools"})
    if (from[needed].error() != simdjson::SUCCESS) refuse("'" + std::string{needed} + "' is missing");
  each_in(from, "tools",
          [&](const element& each) { state.tools.push_back(tool_of(as<object>(each), files)); });
  if (from["unknown"].error() == simdjson::SUCCESS)
    read_unknown(as<object>(from["unknown"].value_unsafe()), state);
  return state;
}

}  // namespace longhaul::diag
