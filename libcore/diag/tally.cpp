#include "diag/tally.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "diag/template.hpp"

namespace longhaul::diag {
namespace {

bool is_test(const Format& format) { return format.kind == Kind::test_failure; }

// Whether two findings of one line are two, though they look the same.
bool tells_where_in_source(const Format& format) {
  return format.kind == Kind::linter || format.kind == Kind::typecheck || format.kind == Kind::build_failure;
}

std::uint64_t sum(const Parts& parts) { return parts[0] + parts[1]; }

bool says_none(const OwnTotal& own) {
  const bool parts = own.parts[0] || own.parts[1];
  return (own.total || parts) && own.files.value_or(0) == 0 &&
         own.total.value_or(0) + own.parts[0].value_or(0) + own.parts[1].value_or(0) == 0;
}

}  // namespace

Tally::Tally(Keeping keeping) : keeping_{keeping} {
  tools_.reserve(8);
  followers_.reserve(4);
}

ToolTally& Tally::tool(const Format& format, std::vector<ToolTally>& among) {
  const auto found =
      std::find_if(among.begin(), among.end(), [&](const ToolTally& t) { return t.format == &format; });
  if (found != among.end()) return *found;
  return among.emplace_back(format);
}

// The tally in which this format's findings are, where a look-alike's name was given to them until now.
ToolTally* Tally::settle(const Format& format) {
  for (ToolTally& known : tools_)
    if (known.format == &format) return &known;
  if (format.family == Family::none) return nullptr;
  for (ToolTally& known : tools_) {
    if (known.format->family != format.family || known.sure || !known.spoke()) continue;
    known.format = &format;
    return &known;
  }
  return nullptr;
}

// The tally for a finding of this format: its own, or that of the compiler that is known to speak, since
// compilers print lines of the same shape.
ToolTally& Tally::speaker(const Format& format) {
  const auto own = std::ranges::find(tools_, &format, &ToolTally::format);
  if (own != tools_.end()) return *own;
  if (format.family == Family::compiler_lines)
    for (ToolTally& known : tools_)
      if (known.sure && known.format->family == format.family) return known;
  return tools_.emplace_back(format);
}

void Tally::sure(const Format& format) {
  if (ToolTally* known = settle(format)) known->sure = true;
}

bool Tally::speaking(const Format& format) const {
  return std::ranges::any_of(tools_, [&](const ToolTally& known) {
    const bool may_be = format.family != Family::none && known.format->family == format.family && !known.sure;
    return (known.format == &format || may_be) && known.section_open();
  });
}

// Within a family it does not matter which tool printed a finding; a test is known by its name, whatever went
// wrong.
Tally::Identity Tally::identify(const Format& format, const Diagnostic& found, const RuleDetail& how) const {
  const std::uint64_t family =
      format.family == Family::none ? core::hash(format.name) : static_cast<std::uint64_t>(format.family);
  Identity identity;
  identity.file = core::hash(found.file);
  const std::uint64_t where =
      core::combine(identity.file, family * 8 + how.channel * 2U + (how.suite ? 1U : 0U));
  const std::uint64_t code = core::hash(found.code, static_cast<std::uint64_t>(found.severity));
  identity.code_in_file = core::combine(where, code);
  const std::uint64_t seed = where + (std::uint64_t{found.line} << 32U | found.column);
  const bool test = is_test(format);
  identity.finding = core::combine(seed, test ? core::hash(found.name) : code);
  if (!test || how.by_message) {
    identity.message = core::hash(first_sentence(found.message));
    identity.finding = core::combine(identity.finding, identity.message);
  }
  findings_.expect(identity.finding);
  files_.expect(identity.code_in_file);
  return identity;
}

void Tally::add(const Format& format, const Diagnostic& found, const RuleDetail& how, Claim claim,
                Identity identity) {
  if (found.severity == Severity::note) return;
  if (&format == &own_pattern()) found_by_pattern_ += found.count;
  if (claim == Claim::sure || how.sure) sure(format);
  ToolTally& tally = how.follower ? tool(format, followers_) : speaker(format);
  tally.sure = tally.sure || claim == Claim::sure || how.sure;
  ToolTally::Channel& channel = tally.channel[how.channel];

  const std::size_t part =
      is_test(format) ? (how.suite ? 1 : 0) : (found.severity == Severity::warning ? 1 : 0);
  // A test that failed in two ways is one failed test to its runner.
  const bool again =
      is_test(format) && !findings_.insert(core::combine(identity.finding, tally.sections() + 1));
  if (!again) channel.raw[part] += found.count;

  std::uint64_t known_as = identity.finding;
  if (found.column == 0 && found.line != 0 && tells_where_in_source(format))
    known_as = core::combine(known_as, times_at_place(core::combine(identity.file, found.line), known_as));
  if (!findings_.insert(known_as)) return;

  channel.fresh[part] += found.count;
  channel.seen += found.count;
  if (found.fixable) channel.fresh_fixable += found.count;
  if (keeping_.findings) channel.listed.add(found);
  if (is_test(format) && found.line != 0 && !found.file.empty())
    tally.fails_at(std::string{found.file} + ':' + std::to_string(found.line), found.count);
  if (!tally.origin && found.severity == Severity::error && !found.file.empty())
    tally.origin = example_of(format, found);
  Group* group = group_of(channel, format, found, identity.message);
  if (group == nullptr) {
    channel.codes_left_out += found.count;
  } else {
    group->count += found.count;
    if (found.fixable) group->fixable += found.count;
  }
  if (!found.file.empty()) count_file(tally, how.channel, found, identity, group);
  identity.finding = known_as;
  if (keeping_.mergeable) keep(channel, found, identity, part, group);
}

void Tally::keep(ToolTally::Channel& channel, const Diagnostic& found, Identity identity, std::size_t part,
                 const Group* group) {
  const std::uint32_t file =
      found.file.empty() ? KnownFiles::none : known_files_.number_of(identity.file, found.file);
  const bool has_file = file != KnownFiles::none || found.file.empty();
  if (kept_ == kept_findings || !has_file || found.count > UINT32_MAX) {
    kept_all_ = false;
    return;
  }
  ++kept_;
  channel.kept.push_back({.identity = identity.finding,
                          .count = static_cast<std::uint32_t>(found.count),
                          .file = file,
                          .group = group == nullptr
                                       ? KeptFinding::no_group
                                       : static_cast<std::uint32_t>(group - channel.groups.data()),
                          .part = static_cast<std::uint8_t>(part),
                          .fixable = found.fixable});
}

void Tally::add_kept(ToolTally& tally, std::uint8_t channel_number, const KeptFinding& kept,
                     std::string_view file) {
  ToolTally::Channel& channel = tally.channel[channel_number];
  channel.seen += kept.count;
  Group* group = kept.group == KeptFinding::no_group ? nullptr : &channel.groups[kept.group];
  if (group == nullptr) {
    channel.codes_left_out += kept.count;
  } else {
    group->count += kept.count;
    if (kept.fixable) group->fixable += kept.count;
  }
  if (file.empty()) return;
  Identity identity{.file = core::hash(file), .finding = kept.identity};
  identity.code_in_file = core::combine(core::combine(identity.file, tally.salt + channel_number),
                                        group == nullptr ? 0 : group->key());
  Diagnostic told;
  told.count = kept.count;
  told.file = file;
  count_file(tally, channel_number, told, identity, group);
}

void Tally::count_file(ToolTally& tally, std::uint8_t channel_number, const Diagnostic& found,
                       Identity identity, Group* group) {
  ToolTally::Channel& channel = tally.channel[channel_number];
  const std::uint64_t file = identity.file;
  const std::uint64_t channel_salt = tally.salt + channel_number;
  if (channel.last_file == file) {
    channel.paths.add_to_last(found.count);
  } else {
    channel.last_file = file;
    if (files_.insert(core::combine(channel_salt, file))) {
      ++channel.files;
      if (files_.insert(core::combine(tally.salt + channels, file)) && !files_.insert(file))
        ++tally.shared_files;
      channel.file_hash += core::mix(file + 1);
      channel.paths.add_file(found.file);
    }
    channel.paths.add_findings(found.file, found.count);
  }
  if (group == nullptr || group->last_file == file) return;
  group->last_file = file;
  const auto number = static_cast<std::uint64_t>(group - channel.groups.data());
  const bool by_code = !group->code.empty();
  if (files_.insert(by_code ? identity.code_in_file : core::combine(channel_salt + file, number)))
    ++group->files;
}

// How often this finding was met at the place at hand. Without columns two findings of one line may look the
// same, and they are two; the same one printed again comes when the tool has moved on.
std::uint64_t Tally::times_at_place(std::uint64_t place, std::uint64_t identity) {
  if (place != last_place_) at_that_place_.clear();
  last_place_ = place;
  const auto before = std::count(at_that_place_.begin(), at_that_place_.end(), identity);
  if (at_that_place_.size() < 64) at_that_place_.push_back(identity);
  return static_cast<std::uint64_t>(before);
}

Group* Tally::group_of(ToolTally::Channel& channel, const Format& format, const Diagnostic& found,
                       std::uint64_t message_hash) {
  const std::uint64_t by = found.code.empty() ? core::hash(mask(found.message), 1) : core::hash(found.code);
  const std::uint64_t key = by + static_cast<std::uint64_t>(found.severity);
  std::size_t at = channel.by_key.find(key);
  if (at == KeyIndex::none) {
    if (!channel.by_key.add(key)) return nullptr;
    at = channel.groups.size();
    channel.code_hash += core::mix(by);
    channel.groups.push_back(group_for(format, found, by));
  }
  Group& group = channel.groups[at];
  add_to(group, format, found, message_hash);
  return &group;
}

void Tally::own_total(const Format& format, const OwnTotal& own, const RuleDetail& how) {
  const bool only_fixable = own.fixable && !own.total && !own.parts[0] && !own.parts[1];
  ToolTally* known = settle(format);
  // A look-alike's findings fit this total better than none at all.
  if (known == nullptr || !known->section_open()) {
    for (ToolTally& other : tools_) {
      if (other.format->family != format.family || format.family == Family::none || !other.section_open())
        continue;
      const Parts parts = other.parts();
      if (own.total == sum(parts)) known = &other;
    }
  }
  if (known == nullptr) {
    if (how.alone || only_fixable) return;
    known = &tool(format, tools_);
  }
  if (how.alone && known->shows_none_of(own)) return;
  known->sure = true;
  known->owes = false;
  known->said_clean = known->said_clean || says_none(own);
  if (only_fixable)
    known->claim_fixable(*own.fixable);
  else
    known->end_section(own, how.sure, std::exchange(found_by_pattern_, 0));
}

void Tally::finish(std::uint64_t unknown_lines) {
  constexpr std::uint64_t few_lines = 8;
  for (ToolTally& tool : tools_) {
    const bool others_found = std::any_of(tools_.begin(), tools_.end(), [&](const ToolTally& other) {
      return &other != &tool && other.shown() != 0;
    });
    tool.settle_orphans(!others_found && unknown_lines <= few_lines);
  }
}

void Tally::clean(const Format& format) {
  ToolTally& known = tool(format, tools_);
  known.said_clean = true;
  known.owes = false;
}

void Tally::cut_off(const Format& format) { tool(format, tools_).end_cut_section(); }

void Tally::owe(const Format& format) { tool(format, tools_).owes = true; }

}  // namespace longhaul::diag
