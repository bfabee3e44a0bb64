#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "diag/merge_state.hpp"

namespace longhaul::diag {
namespace {

// Takes what is kept one by one out of what was counted: the rest can only be added up.
void take_out(MergeState::Tool& tool, std::size_t number) {
  MergeState::Channel& channel = tool.channel[number];
  for (const KeptFinding& each : channel.findings) {
    channel.more_seen -= each.count;
    if (number == json_channel)
      channel.more_counted[each.part] -= each.count;
    else if (each.counted)
      tool.totals.counted[each.part] -= each.count;
    if (each.counted && each.fixable) tool.totals.fixable -= each.count;
    if (each.group == KeptFinding::no_group) {
      channel.more_left_out -= each.count;
      continue;
    }
    Group& group = channel.groups[each.group];
    group.count -= each.count;
    if (each.fixable) group.fixable -= each.count;
  }
  const MergeState::Spread spread = MergeState::spread_of(channel);
  channel.more_files -= std::min(channel.more_files, spread.files);
  for (std::size_t at = 0; at < channel.groups.size(); ++at) {
    Group& group = channel.groups[at];
    group.files -= std::min(group.files, spread.of_groups[at]);
  }
}

// What the record says of how many there are, under its hash.
void tell(MergeState::Tool& tool) {
  const ToolTally::Totals& totals = tool.totals;
  if (!totals.counts()) return;
  std::uint64_t of = 0;
  for (const MergeState::Channel& channel : tool.channel)
    for (const KeptFinding& each : channel.findings) of += core::mix(each.identity);
  for (const Parts& parts :
       {totals.counted, totals.missing, totals.orphaned, totals.cut_before, totals.cut_after})
    of = core::combine(core::combine(of, parts[0]), parts[1]);
  of = core::combine(core::combine(of, totals.fixable), totals.fixable_before);
  tool.told.emplace(of, std::exchange(tool.totals, {}));
}

MergeState::Tool state_of_tool(ToolTally& tally, bool follower) {
  MergeState::Tool tool{.format = tally.format,
                        .follower = follower,
                        .sure = tally.sure,
                        .said_clean = tally.said_clean,
                        .owes = tally.owes,
                        .origin = tally.origin,
                        .failing_places = tally.failing_places,
                        .totals = tally.totals(),
                        .told = {},
                        .channel = {}};
  for (std::size_t number = 0; number < channels; ++number) {
    ToolTally::Channel& from = tally.channel[number];
    MergeState::Channel& channel = tool.channel[number];
    channel.more_seen = from.seen;
    channel.more_files = from.files;
    channel.more_left_out = from.codes_left_out;
    if (number == json_channel) channel.more_counted = from.fresh;
    channel.groups = from.groups;
    channel.findings = std::exchange(from.kept, {});
    take_out(tool, number);
  }
  tell(tool);
  return tool;
}

// What one compiler may have printed is that of the compiler that is known to have spoken, as in one stream.
void settle_compilers(MergeState& state) {
  for (std::size_t at = 0; at < state.tools.size(); ++at) {
    const MergeState::Tool& unsure = state.tools[at];
    if (unsure.sure || unsure.follower || unsure.format->family != Family::compiler_lines) continue;
    const auto whose = std::ranges::find_if(state.tools, [&](const MergeState::Tool& other) {
      return other.sure && !other.follower && other.format->family == unsure.format->family;
    });
    if (whose == state.tools.end()) continue;
    MergeState one;
    one.files = state.files;
    one.tools.push_back(unsure);
    one.tools.front().format = whose->format;
    state.tools.erase(state.tools.begin() + static_cast<std::ptrdiff_t>(at--));
    state.join(one);
  }
}

void restore_channel(Tally& tally, ToolTally& tool, std::uint8_t number, const MergeState::Channel& from,
                     const KnownFiles& files) {
  ToolTally::Channel& channel = tool.channel[number];
  channel.seen = from.more_seen;
  channel.files = from.more_files;
  channel.codes_left_out = from.more_left_out;
  if (number == json_channel) channel.fresh = from.more_counted;
  for (const Group& group : from.groups) {
    channel.by_key.add(group.key());
    channel.code_hash += core::mix(group.by);
    channel.groups.push_back(group);
  }
  for (const KeptFinding& each : from.findings) {
    const std::string_view file =
        each.file == KeptFinding::no_file ? std::string_view{} : files.names()[each.file];
    tally.add_kept(tool, number, each, file);
    if (number == json_channel) channel.fresh[each.part] += each.count;
  }
}

void restore_tool(Tally& tally, const MergeState::Tool& from, const KnownFiles& files) {
  ToolTally& tool = tally.tool(*from.format, from.follower);
  tool.sure = from.sure;
  tool.said_clean = from.said_clean;
  tool.owes = from.owes;
  tool.origin = from.origin;
  tool.failing_places = from.failing_places;
  ToolTally::Totals totals = from.all_totals();
  for (std::uint8_t number = 0; number < channels; ++number) {
    restore_channel(tally, tool, number, from.channel[number], files);
    for (const KeptFinding& each : from.channel[number].findings) {
      if (!each.counted) continue;
      if (number != json_channel) totals.counted[each.part] += each.count;
      if (each.fixable) totals.fixable += each.count;
    }
  }
  tool.restore(totals);
}

}  // namespace

MergeState state_of(Tally& tally, const UnknownLines& unknown) {
  MergeState state;
  state.files = tally.take_known_files();
  for (ToolTally& tool : tally.tools()) state.tools.push_back(state_of_tool(tool, false));
  for (ToolTally& tool : tally.followers()) state.tools.push_back(state_of_tool(tool, true));
  state.json_left_out = tally.json_left_out();
  state.approximate = tally.forgot_findings() || tally.forgot_files() || !tally.kept_all();
  state.unknown = unknown.totals();
  state.templates = unknown.commonest();
  state.settle();
  return state;
}

Tally tally_of(const MergeState& records) {
  MergeState state = records;
  settle_compilers(state);
  state.settle();
  Tally tally;
  for (const MergeState::Tool& tool : state.tools) restore_tool(tally, tool, state.files);
  tally.leave_out_json(state.json_left_out);
  if (state.approximate) tally.be_approximate();
  return tally;
}

}  // namespace longhaul::diag
