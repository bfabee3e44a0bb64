#include "diag/summary.hpp"

#include <algorithm>
#include <tuple>

#include "base/hash.hpp"
#include "base/hexadecimal.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "diag/code_names.hpp"
#include "diag/suggestion.hpp"
#include "diag/template.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t longest_label = 60;

bool has_errors(const ToolTally& tally) {
  return tally.format->kind == Kind::test_failure ? tally.total() != 0 : tally.parts()[0] != 0;
}

// Whether these failures only follow from what was found: a compiler's driver from its compilers, the
// repetition of a test's failure from the failure, and what runs other tools from any of them.
bool follows(const ToolTally& follower, const Tally& tally) {
  const Format& format = *follower.format;
  return std::ranges::any_of(tally.tools(), [&](const ToolTally& tool) {
    if (format.kind == Kind::test_failure && tool.format->kind != Kind::build_failure)
      return tool.format == &format && tool.total() != 0;
    const bool may_be_cause = format.family == Family::none || tool.format->family == format.family;
    return may_be_cause && tool.parts()[0] != 0;
  });
}

// Kinds come in their order; what a tool ran, right after that tool.
std::pair<Kind, bool> rank_of(const ToolTally& tool, const std::vector<const ToolTally*>& tools) {
  for (const ToolTally* other : tools)
    if (other->format->runs == tool.format && has_errors(*other)) return {kind_of(*other), true};
  return {kind_of(tool), false};
}

// The tools that count: followers only where that from which they follow was not found.
std::vector<const ToolTally*> tools_that_count(const Tally& tally) {
  std::vector<const ToolTally*> tools;
  for (const ToolTally& tool : tally.tools())
    if (tool.spoke()) tools.push_back(&tool);
  for (const ToolTally& tool : tally.followers())
    if (!follows(tool, tally)) tools.push_back(&tool);
  const std::vector<const ToolTally*> unsorted = tools;
  std::stable_sort(tools.begin(), tools.end(), [&unsorted](const ToolTally* a, const ToolTally* b) {
    const bool a_found = a->total() != 0;
    const bool b_found = b->total() != 0;
    if (a_found != b_found) return a_found;
    const bool a_failed = has_errors(*a);
    const bool b_failed = has_errors(*b);
    if (a_failed != b_failed) return a_failed;
    const auto a_rank = rank_of(*a, unsorted), b_rank = rank_of(*b, unsorted);
    if (a_rank != b_rank) return a_rank < b_rank;
    if (a->total() != b->total()) return a->total() > b->total();
    return a->format->name < b->format->name;
  });
  return tools;
}

Summary::Tool part_of(const ToolTally& tally) {
  Summary::Tool tool;
  const Parts parts = tally.parts();
  const bool tests = tally.format->kind == Kind::test_failure;
  tool.name = format_of(tally).name;
  tool.kind = kind_of(tally);
  tool.total = tally.total();
  tool.errors = tests ? tool.total : parts[0];
  tool.warnings = tests ? 0 : parts[1];
  tool.fixable = tally.fixable();
  tool.files = tally.files();
  return tool;
}

void add_groups(Summary& summary, const ToolTally& tally) {
  const ToolTally::Channel& channel = tally.fullest();
  for (const Group& group : channel.groups) {
    const bool warning = group.severity == Severity::warning;
    summary.groups.push_back({.code = group.code.empty() ? (warning ? "warning" : "error") : group.code,
                              .name = group.first().name,
                              .message = group.common_message(),
                              .first = group.first().place,
                              .tool = std::string{format_of(tally).name},
                              .severity = group.severity,
                              .count = group.count,
                              .fixable = group.fixable,
                              .files = group.files,
                              .examples = group.examples});
  }
  summary.codes_left_out += channel.codes_left_out;
  for (const CommonPaths::Directory& directory : channel.paths.directories()) {
    const auto known = std::find_if(summary.directories.begin(), summary.directories.end(),
                                    [&](const auto& other) { return other.path == directory.path; });
    if (known != summary.directories.end())
      known->count += directory.count;
    else
      summary.directories.push_back(directory);
  }
}

// By count; of equal counts the gravest tool's first.
void sort_groups(Summary& summary) {
  const auto rank = [&](const std::string& tool) {
    return std::ranges::find(summary.tools, tool, &Summary::Tool::name) - summary.tools.begin();
  };
  std::ranges::sort(summary.groups, [&](const auto& a, const auto& b) {
    if (a.count != b.count) return a.count > b.count;
    return std::tuple{rank(a.tool), a.severity, std::string_view{a.code}, std::string_view{a.first},
                      std::string_view{a.message}} <
           std::tuple{rank(b.tool), b.severity, std::string_view{b.code}, std::string_view{b.first},
                      std::string_view{b.message}};
  });
}

void add_findings(Summary& summary, const ToolTally& tally) {
  for (const ListedFinding& each : tally.fullest().listed.all())
    summary.findings.push_back({each, format_of(tally).name, kind_of(tally)});
}

void add_unknown(Summary& summary, const UnknownLines& unknown) {
  UnknownLines::Totals totals = unknown.totals();
  summary.unknown_lines = totals.lines;
  summary.unknown_error_lines = totals.error_lines;
  summary.unknown_left_out = totals.left_out;
  // A tool that was understood, or an end that says so, makes other lines chatter; lines that speak of errors
  // never are.
  const bool chatter = totals.error_lines == 0 && (!summary.tools.empty() || totals.ends_well);
  summary.recognised = totals.lines == 0 || chatter || summary.total != 0;
  if (summary.json_left_out != 0 || summary.silent_status || !summary.unfinished.empty())
    summary.recognised = false;
  if (summary.recognised && summary.total != 0) return;
  summary.unknown = unknown.commonest();
  summary.head = std::move(totals.head);
  summary.tail = std::move(totals.tail);
}

// Codes and files, not lines or counts: the same failure keeps its hash when code above it moves.
std::string failure_hash(const std::vector<const ToolTally*>& tools, const Summary& summary) {
  std::uint64_t hash = 0;
  for (const ToolTally* tool : tools) {
    if (tool->total() == 0) continue;
    const ToolTally::Channel& channel = tool->fullest();
    hash +=
        core::combine(core::combine(core::hash(tool->format->name), channel.code_hash), channel.file_hash);
  }
  if (hash == 0)
    for (const UnknownLines::Template& each : summary.unknown)
      if (each.error || summary.unknown_error_lines == 0) hash += core::mix(each.hash);
  if (hash == 0 && !summary.unfinished.empty()) hash = core::hash(summary.unfinished);
  if (hash == 0 && summary.silent_status)
    hash = core::mix(static_cast<std::uint64_t>(*summary.silent_status));
  return core::hexadecimal(core::mix(hash));
}

// What a code means, in few words.
std::string label_of(const Summary::CodeGroup& group) {
  if (const std::string_view known = code_name(group.tool, group.code); !known.empty())
    return std::string{known};
  if (!group.name.empty() && group.name != group.code) {
    std::string words = group.name;
    std::replace(words.begin(), words.end(), '-', ' ');
    return core::utf8_shorten(words, longest_label);
  }
  if (code_explains_itself(group.code)) return {};
  return core::utf8_shorten(bare_message(group.message), longest_label);
}

std::string unknown_sentence(const Summary& summary, std::size_t most) {
  std::string text = core::counted(summary.unknown_lines, "line", "lines") + " not recognised, " +
                     std::to_string(summary.unknown_error_lines) +
                     (summary.unknown_error_lines == 1 ? " speaks of errors" : " speak of errors");
  std::size_t named = 0;
  std::uint64_t lines_named = 0;
  for (const UnknownLines::Template& each : summary.unknown) {
    if (named == std::max<std::size_t>(most, 1)) break;
    text += named++ == 0 ? ": " : ", ";
    lines_named += each.count;
    text += std::to_string(each.count) + "x " +
            core::utf8_shorten(each.count == 1 ? each.example : each.masked, 120);
  }
  const std::size_t left = summary.unknown.size() - named;
  if (summary.unknown_left_out != 0)
    text += ", +" + core::counted(summary.unknown_lines - lines_named, "line", "lines") + " of other kinds";
  else if (left != 0)
    text += ", +" + std::to_string(left) + (left == 1 ? " more kind" : " more kinds");
  return text;
}

std::string how_many_of_kind(const Summary& summary) {
  const bool one_kind = std::ranges::all_of(
      summary.tools, [&](const Summary::Tool& t) { return t.total == 0 || t.kind == summary.kind; });
  if (!one_kind) return core::counted(summary.total, "problem", "problems");
  if (summary.errors == 0) return core::counted(summary.total, "warning", "warnings");
  const KindName& name = name_of(summary.kind);
  const std::string errors = core::counted(summary.errors, name.one, name.many);
  return summary.warnings == 0 ? errors
                               : errors + " and " + core::counted(summary.warnings, "warning", "warnings");
}

// "7 type errors and 2 warnings"; of several tools "9 problems (mypy 7, ruff 2)".
std::string how_many(const Summary& summary) {
  std::string text = how_many_of_kind(summary);
  const auto found = [](const Summary::Tool& tool) { return tool.total != 0; };
  if (std::ranges::count_if(summary.tools, found) < 2) return text;
  const char* separator = " (";
  for (const Summary::Tool& tool : summary.tools) {
    if (!found(tool)) continue;
    text += separator + tool.name + ' ' + std::to_string(tool.total);
    separator = ", ";
  }
  return text + ')';
}

// ": 4x F401 (unused import), +3 more codes", naming at most so many.
std::string of_which_codes(const Summary& summary, std::size_t most) {
  std::string text;
  std::size_t named = 0;
  for (const Summary::CodeGroup& group : summary.groups) {
    if (named == most) break;
    text += named++ == 0 ? ": " : ", ";
    text += std::to_string(group.count) + "x " + group.code;
    if (const std::string label = label_of(group); !label.empty()) text += " (" + label + ')';
  }
  if (const std::size_t left = summary.groups.size() - named; left != 0) {
    text += named == 0 ? ": " + core::counted(left, "code", "codes")
                       : ", +" + std::to_string(left) + (left == 1 ? " more code" : " more codes");
  }
  if (summary.codes_left_out != 0)
    text += " and " + core::counted(summary.codes_left_out, "finding", "findings") + " of others";
  return text;
}

}  // namespace

Summary summarise(const Tally& tally, const UnknownLines& unknown, std::uint64_t raw_size,
                  std::uint64_t cut_lines, const Context& context) {
  Summary summary;
  summary.raw_size = raw_size;
  summary.cut_lines = cut_lines;
  const std::vector<const ToolTally*> tools = tools_that_count(tally);
  std::uint64_t seen = 0;
  bool disagrees = false;
  for (const ToolTally* each : tools) {
    const Summary::Tool tool = part_of(*each);
    summary.tools.push_back(tool);
    summary.total += tool.total;
    summary.errors += tool.errors;
    summary.warnings += tool.warnings;
    summary.fixable += tool.fixable;
    summary.files += tool.files - std::min(tool.files, each->shared_files);
    seen += each->shown();
    disagrees = disagrees || each->disagrees();
    if (tool.total == 0) continue;
    add_groups(summary, *each);
    add_findings(summary, *each);
  }
  if (!tools.empty()) {
    summary.tool = summary.tools.front().name;
    summary.kind = summary.tools.front().kind;
  }
  if (seen != summary.total) summary.shown = seen;
  if (disagrees) summary.parsed = seen;
  sort_groups(summary);
  std::ranges::sort(summary.directories, [](const auto& a, const auto& b) {
    return a.count != b.count ? a.count > b.count : a.path < b.path;
  });
  summary.json_left_out = tally.json_left_out();
  summary.counts_approximate = tally.forgot_findings() || tally.forgot_files();
  summary.silent_status = context.unexplained_status;
  if (context.status.value_or(0) != 0 && summary.total == 0) summary.silent_status = context.status;
  for (const ToolTally& each : tally.tools())
    if (each.owes && summary.total == 0) summary.unfinished = each.format->name;
  add_unknown(summary, unknown);
  summary.hash = failure_hash(tools, summary);
  suggest(summary, tools, context);
  return summary;
}

std::uint64_t Summary::unlisted() const {
  std::uint64_t listed = 0;
  for (const Finding& each : findings) listed += each.count;
  return total - std::min(total, listed);
}

std::string sentence(const Summary& summary, std::size_t most) {
  if (summary.total != 0) return how_many(summary) + of_which_codes(summary, most);
  if (!summary.unfinished.empty() && summary.unknown_error_lines == 0)
    return summary.unfinished + " did not come to its end";
  if (summary.silent_status && summary.unknown_lines == 0)
    return "the command ended with status " + std::to_string(*summary.silent_status) +
           " and said nothing of errors";
  if (!summary.recognised) return unknown_sentence(summary, most);
  return "no errors found";
}

}  // namespace longhaul::diag
