#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "diag/merge_state.hpp"

namespace longhaul::diag {
namespace {

// Takes what is kept one by one out of what was counted: the rest can only be added up.
void take_out(MergeState::Channel& channel, bool is_json, ToolTally::Totals& totals) {
  for (const KeptFinding& each : channel.findings)
    MergeState::count(channel, is_json, totals, each, std::uint64_t{0} - each.count);
  const MergeState::Spread spread = MergeState::spread_of(channel);
  channel.more_files -= std::min(channel.more_files, spread.files);
  for (std::size_t at = 0; at < channel.groups.size(); ++at) {
    Group& group = channel.groups[at];
    group.files -= std::min(group.files, spread.of_groups[at]);
  }
}

MergeState::Tool state_of_tool(ToolTally& tally, bool follower, std::uint64_t input) {
  MergeState::Tool tool{.format = tally.format,
                        .follower = follower,
                        .sure = tally.sure,
                        .said_clean = tally.said_clean,
                        .owes = tally.owes,
                        .origin = tally.origin,
                        .told = {},
                        .more = {},
                        .channel = {}};
  MergeState::Told told;
  told.add({tally.totals(), {}});
  for (const FailingPlace& each : tally.failing_places) told.add({{}, {each}});
  for (std::size_t number = 0; number < channels; ++number) {
    ToolTally::Channel& from = tally.channel[number];
    MergeState::Channel& channel = tool.channel[number];
    channel.more_seen = from.seen;
    channel.more_files = from.files;
    channel.more_left_out = from.codes_left_out;
    if (number == json_channel) channel.more_counted = from.fresh;
    channel.groups = from.groups;
    channel.findings = std::exchange(from.kept, {});
    take_out(channel, number == json_channel, told.totals);
  }
  if (told.totals.counts() || !told.failing_places.empty())
    tool.told.emplace(input, std::move(told));
  else
    tool.more = std::move(told);
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

void restore_channel(Tally& tally, ToolTally& tool, std::uint8_t number, MergeState::Channel& from,
                     const KnownFiles& files) {
  ToolTally::Channel& channel = tool.channel[number];
  channel.seen = from.more_seen;
  channel.codes_left_out = from.more_left_out;
  if (number == json_channel) channel.fresh = from.more_counted;
  for (const Group& group : from.groups) {
    channel.by_key.add(group.key());
    channel.groups.push_back(group);
  }
  const MergeState::Spread spread = MergeState::spread_of(from);
  std::ranges::sort(from.findings, {}, &KeptFinding::file);
  for (const KeptFinding& each : from.findings) {
    const std::string_view file =
        each.file == KeptFinding::no_file ? std::string_view{} : files.names()[each.file];
    tally.add_kept(tool, number, each, file);
    if (number == json_channel) channel.fresh[each.part] += each.count;
  }
  // Exact, where the tally's own sets are only large enough for a stream.
  channel.files = from.more_files + spread.files;
  for (std::size_t at = 0; at < channel.groups.size(); ++at)
    channel.groups[at].files = from.groups[at].files + spread.of_groups[at];
  // One whose findings are all those of another: told twice, with another code.
  std::erase_if(channel.groups, [](const Group& group) { return group.count == 0; });
  for (const Group& group : channel.groups) channel.code_hash += core::mix(group.by);
}

void restore_tool(Tally& tally, MergeState::Tool& from, const KnownFiles& files) {
  ToolTally& tool = tally.tool(*from.format, from.follower);
  tool.sure = from.sure;
  tool.said_clean = from.said_clean;
  tool.owes = from.owes;
  tool.origin = from.origin;
  MergeState::Told all = std::move(from.more);
  for (const auto& [of, told] : from.told) all.add(told);
  for (std::uint8_t number = 0; number < channels; ++number) {
    restore_channel(tally, tool, number, from.channel[number], files);
    for (const KeptFinding& each : from.channel[number].findings) {
      if (!each.counted) continue;
      if (number != json_channel) all.totals.counted[each.part] += each.count;
      if (each.fixable) all.totals.fixable += each.count;
    }
  }
  tool.restore(all.totals);
  tool.failing_places = std::move(all.failing_places);
}

}  // namespace

MergeState state_of(Tally& tally, const UnknownLines& unknown, const InputSeen& input) {
  MergeState state;
  state.raw_size = input.size;
  state.cut_lines = input.cut_lines;
  state.files = tally.take_known_files();
  for (ToolTally& tool : tally.tools()) state.tools.push_back(state_of_tool(tool, false, input.hash));
  for (ToolTally& tool : tally.followers()) state.tools.push_back(state_of_tool(tool, true, input.hash));
  state.json_left_out = tally.json_left_out();
  state.approximate = tally.forgot_findings() || tally.forgot_files() || !tally.kept_all();
  state.unknown = unknown.totals();
  state.templates = unknown.commonest();
  state.settle();
  return state;
}

Tally tally_of(MergeState state) {
  settle_compilers(state);
  state.settle();
  Tally tally;
  for (MergeState::Tool& tool : state.tools) restore_tool(tally, tool, state.files);
  tally.leave_out_json(state.json_left_out);
  if (state.approximate) tally.be_approximate();
  return tally;
}

}  // namespace longhaul::diag
