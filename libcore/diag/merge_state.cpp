#include "diag/merge_state.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/hash.hpp"

namespace longhaul::diag {
namespace {

using Channel = MergeState::Channel;
using Tool = MergeState::Tool;

// The finding is counted, and from here on not known any more.
void leave_out(Tool& tool, std::size_t number, const KeptFinding& finding) {
  MergeState::count(tool.channel[number], number == json_channel, tool.more.totals, finding, finding.count);
}

// The files that findings were in that are known no more.
void leave_out_files(Channel& channel, const MergeState::Spread& before) {
  const MergeState::Spread after = MergeState::spread_of(channel);
  channel.more_files += before.files - after.files;
  for (std::size_t group = 0; group < channel.groups.size(); ++group)
    channel.groups[group].files += before.of_groups[group] - after.of_groups[group];
}

void join_unknown(UnknownLines::Totals& into, const UnknownLines::Totals& other) {
  if (other.lines == 0) return;
  if (into.lines == 0) {
    into = other;
    return;
  }
  into.lines += other.lines;
  into.error_lines += other.error_lines;
  into.left_out += other.left_out;
  into.ends_well = into.ends_well && other.ends_well;
  // Records have no order, so which of them came first is told by what they say.
  into.head = std::min(into.head, other.head);
  into.tail = std::max(into.tail, other.tail);
}

void join_templates(std::vector<UnknownLines::Template>& into,
                    const std::vector<UnknownLines::Template>& other) {
  for (const auto& each : other) {
    const auto known = std::ranges::find(into, each.hash, &UnknownLines::Template::hash);
    if (known == into.end())
      into.push_back(each);
    else
      known->join(each);
  }
}

void order_templates(std::vector<UnknownLines::Template>& templates, std::uint64_t& left_out) {
  if (templates.size() > UnknownLines::max_templates) {
    std::ranges::sort(templates, [](const auto& a, const auto& b) {
      return std::tuple{!a.error, ~a.count, a.hash} < std::tuple{!b.error, ~b.count, b.hash};
    });
    for (std::size_t i = UnknownLines::max_templates; i < templates.size(); ++i)
      left_out += templates[i].count;
    templates.resize(UnknownLines::max_templates);
  }
  std::ranges::sort(templates, {}, &UnknownLines::Template::hash);
}

// Of one identity there is one. The greater count stands, and whatever is said of it by any record.
void join_equals(std::vector<KeptFinding>& findings) {
  std::ranges::sort(findings, {}, &KeptFinding::identity);
  std::size_t kept = 0;
  for (const KeptFinding& each : findings) {
    if (kept != 0 && findings[kept - 1].identity == each.identity) {
      KeptFinding& same = findings[kept - 1];
      same.count = std::max(same.count, each.count);
      same.fixable = same.fixable || each.fixable;
      same.counted = same.counted || each.counted;
      same.part = std::min(same.part, each.part);
      same.group = std::min(same.group, each.group);
    } else {
      findings[kept++] = each;
    }
  }
  findings.resize(kept);
}

// Groups by key, and the findings' numbers of them.
void order_groups(Channel& channel) {
  std::vector<std::uint32_t> order(channel.groups.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::sort(order, {}, [&](std::uint32_t at) { return channel.groups[at].key(); });
  std::vector<Group> groups;
  std::vector<std::uint32_t> number(order.size());
  for (const std::uint32_t at : order) {
    number[at] = static_cast<std::uint32_t>(groups.size());
    groups.push_back(std::move(channel.groups[at]));
  }
  channel.groups = std::move(groups);
  for (KeptFinding& each : channel.findings)
    if (each.group != KeptFinding::no_group) each.group = number[each.group];
}

}  // namespace

void MergeState::Told::add(const Told& other) {
  totals.add(other.totals);
  for (const FailingPlace& each : other.failing_places) {
    const auto known = std::ranges::lower_bound(failing_places, each.place, {}, &FailingPlace::place);
    if (known != failing_places.end() && known->place == each.place)
      known->count += each.count;
    else
      failing_places.insert(known, each);
  }
}

void MergeState::count(Channel& channel, bool is_json, ToolTally::Totals& totals, const KeptFinding& finding,
                       std::uint64_t count) {
  channel.more_seen += count;
  if (is_json)
    channel.more_counted[finding.part] += count;
  else if (finding.counted)
    totals.counted[finding.part] += count;
  if (finding.counted && finding.fixable) totals.fixable += count;
  if (finding.group == KeptFinding::no_group) {
    channel.more_left_out += count;
    return;
  }
  Group& group = channel.groups[finding.group];
  group.count += count;
  if (finding.fixable) group.fixable += count;
}

MergeState::Spread MergeState::spread_of(const Channel& channel) {
  std::vector<std::uint64_t> pairs;
  std::vector<std::uint32_t> files;
  for (const KeptFinding& each : channel.findings) {
    if (each.file == KeptFinding::no_file) continue;
    files.push_back(each.file);
    if (each.group != KeptFinding::no_group) pairs.push_back(std::uint64_t{each.group} << 32U | each.file);
  }
  const auto make_unique = [](auto& numbers) {
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  };
  make_unique(files);
  make_unique(pairs);
  Spread spread{.files = files.size(), .of_groups = std::vector<std::uint64_t>(channel.groups.size())};
  for (const std::uint64_t pair : pairs) ++spread.of_groups[pair >> 32U];
  return spread;
}

Tool& MergeState::tool(const Tool& like) {
  const auto known = std::ranges::find_if(
      tools, [&](const Tool& each) { return each.format == like.format && each.follower == like.follower; });
  if (known != tools.end()) return *known;
  Tool& added = tools.emplace_back();
  added.format = like.format;
  added.follower = like.follower;
  return added;
}

void MergeState::join(const MergeState& other) {
  raw_size += other.raw_size;
  cut_lines += other.cut_lines;
  json_left_out += other.json_left_out;
  approximate = approximate || other.approximate;
  silent_status = std::max(silent_status, other.silent_status);
  for (const Tool& each : other.tools) join_tool(tool(each), each, other.files);
  join_unknown(unknown, other.unknown);
  join_templates(templates, other.templates);
  if (is_overfull()) settle();
}

// Whether anything has outgrown its bound so far that looking through it takes long.
bool MergeState::is_overfull() const {
  constexpr std::size_t often = 4;
  return since_settled_ > 2 * kept_findings || templates.size() > often * UnknownLines::max_templates ||
         std::ranges::any_of(tools, [](const Tool& tool) {
           return std::ranges::any_of(tool.channel, [](const Channel& channel) {
             return channel.groups.size() > often * max_groups;
           });
         });
}

void MergeState::join_tool(Tool& into, const Tool& from, const KnownFiles& names) {
  into.sure = into.sure || from.sure;
  into.said_clean = into.said_clean || from.said_clean;
  into.owes = into.owes || from.owes;
  if (from.origin && (!into.origin || *from.origin < *into.origin)) into.origin = from.origin;
  into.more.add(from.more);
  into.told.insert(from.told.begin(), from.told.end());
  for (std::size_t number = 0; number < channels; ++number)
    join_channel(into, number, from.channel[number], names);
}

void MergeState::join_channel(Tool& into, std::size_t number, const Channel& from, const KnownFiles& names) {
  Channel& channel = into.channel[number];
  channel.more_seen += from.more_seen;
  channel.more_files += from.more_files;
  channel.more_left_out += from.more_left_out;
  for (std::size_t part = 0; part < 2; ++part) channel.more_counted[part] += from.more_counted[part];
  std::vector<std::uint32_t> group_number;
  for (const Group& group : from.groups) {
    const auto known = std::ranges::find(channel.groups, group.key(), &Group::key);
    group_number.push_back(static_cast<std::uint32_t>(known - channel.groups.begin()));
    if (known == channel.groups.end())
      channel.groups.push_back(group);
    else
      known->join(group);
  }
  std::vector<bool> left_out(names.names().size());
  for (KeptFinding finding : from.findings) {
    if (finding.group != KeptFinding::no_group) finding.group = group_number[finding.group];
    if (finding.file != KeptFinding::no_file) {
      const std::uint32_t its_number = finding.file;
      const std::string& name = names.names()[its_number];
      finding.file = files.number_of(core::hash(name), name);
      if (finding.file == KnownFiles::none) {
        approximate = true;
        leave_out(into, number, finding);
        if (!left_out[its_number]) ++channel.more_files;
        left_out[its_number] = true;
        if (finding.group != KeptFinding::no_group) ++channel.groups[finding.group].files;
        continue;
      }
    }
    channel.findings.push_back(finding);
    ++since_settled_;
  }
}

void MergeState::settle() {
  for (Tool& tool : tools) {
    bound_told(tool);
    for (std::size_t number = 0; number < channels; ++number) {
      // Which of two groups an equal finding stays in is told by their order.
      order_groups(tool.channel[number]);
      join_equals(tool.channel[number].findings);
      bound_groups(tool, number);
      order_groups(tool.channel[number]);
    }
  }
  bound_findings();
  order_files();
  std::ranges::sort(tools, {}, [](const Tool& each) { return std::pair{each.format->name, each.follower}; });
  order_templates(templates, unknown.left_out);
  since_settled_ = 0;
}

// What more inputs say than are kept apart is added up: one of them that is merged again counts again.
void MergeState::bound_told(Tool& tool) {
  if (tool.told.size() > most_told) {
    approximate = true;
    for (const auto& [of, told] : tool.told) tool.more.add(told);
    tool.told.clear();
  }
  auto& places = tool.more.failing_places;
  if (places.size() <= FailingPlace::most) return;
  std::ranges::sort(places, {}, [](const FailingPlace& each) { return std::pair{~each.count, each.place}; });
  places.resize(FailingPlace::most);
  std::ranges::sort(places, {}, &FailingPlace::place);
}

// The groups with the most findings stay.
void MergeState::bound_groups(Tool& tool, std::size_t number) {
  Channel& channel = tool.channel[number];
  if (channel.groups.size() <= max_groups) return;
  approximate = true;
  std::vector<std::uint64_t> counts;
  for (const Group& group : channel.groups) counts.push_back(group.count);
  for (const KeptFinding& each : channel.findings)
    if (each.group != KeptFinding::no_group) counts[each.group] += each.count;
  std::vector<std::uint32_t> order(channel.groups.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::sort(order, {}, [&](std::uint32_t at) {
    return std::pair{~counts[at], channel.groups[at].key()};
  });
  std::vector<Group> groups;
  std::vector<std::uint32_t> new_number(order.size(), KeptFinding::no_group);
  for (const std::uint32_t at : order) {
    if (groups.size() == max_groups) {
      channel.more_left_out += channel.groups[at].count;
      continue;
    }
    new_number[at] = static_cast<std::uint32_t>(groups.size());
    groups.push_back(channel.groups[at]);
  }
  channel.groups = std::move(groups);
  for (KeptFinding& each : channel.findings)
    if (each.group != KeptFinding::no_group) each.group = new_number[each.group];
}

// Those of the least identities stay: the same ones, whatever was joined first.
void MergeState::bound_findings() {
  std::vector<std::uint64_t> all;
  for (const Tool& tool : tools)
    for (const Channel& channel : tool.channel)
      for (const KeptFinding& each : channel.findings) all.push_back(each.identity);
  if (all.size() <= kept_findings) return;
  approximate = true;
  const auto last = all.begin() + static_cast<std::ptrdiff_t>(kept_findings);
  std::nth_element(all.begin(), last, all.end());
  for (Tool& tool : tools) {
    for (std::size_t number = 0; number < channels; ++number) {
      auto& findings = tool.channel[number].findings;
      const Spread before = spread_of(tool.channel[number]);
      const auto beyond = std::ranges::lower_bound(findings, *last, {}, &KeptFinding::identity);
      for (auto each = beyond; each != findings.end(); ++each) leave_out(tool, number, *each);
      findings.erase(beyond, findings.end());
      leave_out_files(tool.channel[number], before);
    }
  }
}

// Names in their order, and only those that a finding has.
void MergeState::order_files() {
  std::vector<bool> used(files.names().size());
  const auto each_file = [&](auto visit) {
    for (Tool& tool : tools)
      for (Channel& channel : tool.channel)
        for (KeptFinding& each : channel.findings)
          if (each.file != KeptFinding::no_file) visit(each.file);
  };
  each_file([&](std::uint32_t file) { used[file] = true; });
  std::vector<std::uint32_t> order;
  for (std::uint32_t at = 0; at < used.size(); ++at)
    if (used[at]) order.push_back(at);
  std::ranges::sort(order, {}, [&](std::uint32_t at) -> const std::string& { return files.names()[at]; });
  std::vector<std::uint32_t> number(used.size());
  for (std::uint32_t at = 0; at < order.size(); ++at) number[order[at]] = at;
  files.keep(order);
  each_file([&](std::uint32_t& file) { file = number[file]; });
}

}  // namespace longhaul::diag
