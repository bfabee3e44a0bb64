#include "diag/tool_tally.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace longhaul::diag {
namespace {

std::uint64_t sum(const Parts& parts) { return parts[0] + parts[1]; }

// Whether a tool's own total says just this.
bool fits(const OwnTotal& own, const Parts& parts) {
  if (!own.parts[0] && !own.parts[1]) return own.total == sum(parts);
  return (!own.parts[0] || *own.parts[0] == parts[0]) && (!own.parts[1] || *own.parts[1] == parts[1]);
}

// A test file that failed has a test that failed, or could not be loaded: what the totals of files and of
// tests say of suites that did not load, where none tells it.
void infer_broken_suites(const Format& format, OwnTotal& own, const Parts& seen) {
  if (format.kind != Kind::test_failure || !own.files || !own.parts[0] || own.parts[1]) return;
  // A hook that failed is told like a test, and is none to the total.
  const std::uint64_t failed_tests = std::max(seen[0], *own.parts[0]);
  own.parts[1] = std::max(seen[1], *own.files - std::min(*own.files, failed_tests));
}

// What a tool's own total has beyond what was seen.
Parts missing_from(const Parts& seen, const OwnTotal& own) {
  Parts missing{};
  for (std::size_t i = 0; i < 2; ++i)
    if (own.parts[i] && *own.parts[i] > seen[i]) missing[i] = *own.parts[i] - seen[i];
  if (!own.parts[0] && !own.parts[1] && own.total && *own.total > sum(seen))
    missing[0] = *own.total - sum(seen);
  return missing;
}

}  // namespace

ToolTally::ToolTally(const Format& of_format) : format{&of_format}, salt{core::hash(of_format.name)} {}

// The layout that showed most of the section; the more detailed one where two are equal.
std::size_t ToolTally::section_channel() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < json_channel; ++i)
    if (sum(channel[i].raw) > sum(channel[best].raw)) best = i;
  return best;
}

bool ToolTally::section_open() const { return sum(channel[section_channel()].raw) != 0; }

bool ToolTally::shows_none_of(const OwnTotal& own) const {
  const Parts& raw = channel[section_channel()].raw;
  bool names = false;
  for (std::size_t i = 0; i < 2; ++i) {
    if (own.parts[i].value_or(0) != 0 && raw[i] != 0) return false;
    names = names || own.parts[i].value_or(0) != 0;
  }
  return names;
}

const ToolTally::Channel& ToolTally::fullest() const {
  if (json_tells_more()) return channel[json_channel];
  if (agreed_channel_ != channels) return channel[agreed_channel_];
  std::size_t best = 0;
  for (std::size_t i = 1; i < json_channel; ++i)
    if (channel[i].seen > channel[best].seen) best = i;
  return channel[best];
}

Parts ToolTally::parts() const { return json_tells_more() ? channel[json_channel].fresh : text_parts(); }

bool ToolTally::json_tells_more() const { return sum(channel[json_channel].fresh) > sum(text_parts()); }

Parts ToolTally::text_parts() const {
  const Parts& open = channel[section_channel()].fresh;
  return {closed_[0] + missing_[0] + open[0], closed_[1] + missing_[1] + open[1]};
}

std::uint64_t ToolTally::shown() const { return fullest().seen; }

std::uint64_t ToolTally::fixable() const {
  return std::min(total(), closed_fixable_ + channel[section_channel()].fresh_fixable);
}

bool ToolTally::spoke() const { return said_clean || total() != 0 || agreed_once_; }

// The layout that the tool's own total agrees with is the one that no quoted text got into.
std::size_t ToolTally::channel_of(const OwnTotal& own) {
  std::size_t chosen = section_channel();
  for (std::size_t i = json_channel; i-- > 0;)
    if (sum(channel[i].raw) != 0 && fits(own, channel[i].raw)) chosen = agreed_channel_ = i;
  return chosen;
}

std::uint64_t ToolTally::files_not_seen(const Channel& channel, const OwnTotal& own) {
  const std::uint64_t seen = channel.files - channel.files_before;
  return std::max(own.files.value_or(0), seen) - seen;
}

void ToolTally::end_section(OwnTotal own, bool believed, std::uint64_t taken) {
  Channel& best = channel[channel_of(own)];
  const Parts raw = best.raw;
  const bool nothing_shown = sum(raw) == 0;
  infer_broken_suites(*format, own, raw);

  const bool says_nothing = !own.total && !own.parts[0] && !own.parts[1];
  bool agrees = says_nothing || fits(own, raw);
  Parts missing = missing_from(raw, own);
  if (sum(missing) <= taken && !agrees) {
    agrees = sum(missing) != 0;
    missing = {};
  }

  // A total that fits everything since the last one that fitted proves the one between to have been quoted
  // text.
  const Parts all{raw[0] + unreconciled_[0], raw[1] + unreconciled_[1]};
  const bool fits_all = sum(unreconciled_) != 0 && !agrees && fits(own, all);
  // Until it is known whether the tool has the stream for itself.
  const bool set_aside = nothing_shown && !believed;
  // A total with nothing before it, after one that was right.
  const bool repeated = nothing_shown && agreed_once_;
  if (fits_all) {
    for (std::size_t i = 0; i < 2; ++i) missing_[i] -= doubtful_[i];
    missing = {};
    missing_files_ = 0;
    disagrees_ = disagrees_at_first_ = false;
    cut_before_ = {};
    fixable_before_ = 0;
    agrees = true;
  } else if (repeated) {
    missing = {};
  }
  if (agrees) {
    unreconciled_ = doubtful_ = {};
    agreed_once_ = agreed_once_ || !nothing_shown;
  } else if (!repeated) {
    const bool may_be_cut = sections_ == 0 && sum(missing) != 0;
    if (may_be_cut) cut_before_ = missing;
    (may_be_cut ? disagrees_at_first_ : disagrees_) = true;
    for (std::size_t i = 0; i < 2; ++i) {
      unreconciled_[i] += raw[i];
      if (!set_aside) doubtful_[i] += missing[i];
    }
  }

  Parts& counted = set_aside ? orphaned_ : missing_;
  for (std::size_t i = 0; i < 2; ++i) {
    closed_[i] += best.fresh[i];
    counted[i] += missing[i];
  }
  if (sum(missing) != 0) (set_aside ? orphaned_files_ : missing_files_) += files_not_seen(best, own);
  count_kept(best);
  begin_section(best, sum(best.fresh) + sum(missing));
  if (own.fixable) claim_fixable(*own.fixable);
}

void ToolTally::end_cut_section() {
  if (!section_open()) return;
  Channel& best = channel[section_channel()];
  for (std::size_t i = 0; i < 2; ++i) closed_[i] += best.fresh[i];
  count_kept(best);
  begin_section(best, sum(best.fresh));
}

// Everything is counted anew from here; `best` and `fresh` are the section's that has just ended.
void ToolTally::begin_section(const Channel& best, std::uint64_t fresh) {
  ++sections_;
  closed_fixable_ += best.fresh_fixable;
  last_section_fresh_ = fresh;
  last_section_fixable_ = best.fresh_fixable;
  for (std::size_t i = 0; i < json_channel; ++i) {
    channel[i].raw = channel[i].fresh = {};
    channel[i].fresh_fixable = 0;
    channel[i].files_before = channel[i].files;
  }
}

void ToolTally::fails_at(const std::string& place, std::uint64_t times) {
  const auto known = std::ranges::find(failing_places, place, &FailingPlace::place);
  if (known != failing_places.end())
    known->count += times;
  else if (failing_places.size() < FailingPlace::most)
    failing_places.push_back({place, times});
}

void ToolTally::settle_orphans(bool alone) {
  for (std::size_t i = 0; alone && i < 2; ++i) missing_[i] += orphaned_[i];
  if (alone) missing_files_ += orphaned_files_;
  if (!alone && sum(orphaned_) != 0 && sum(closed_) == 0) disagrees_ = disagrees_at_first_ = false;
  orphaned_ = {};
  orphaned_files_ = 0;
}

// The tool's own word on what its fix command mends, for the section that just ended. Where the section only
// repeated what was known, so does its word.
void ToolTally::claim_fixable(std::uint64_t own) {
  const std::uint64_t believed = std::min(own, last_section_fresh_);
  if (believed > last_section_fixable_) {
    closed_fixable_ += believed - last_section_fixable_;
    if (sections_ == 1 && sum(cut_before_) != 0) fixable_before_ += believed - last_section_fixable_;
  }
  last_section_fixable_ = std::max(believed, last_section_fixable_);
}

// The findings of the section that ends are those of one layout.
void ToolTally::count_kept(Channel& best) {
  for (std::size_t at = best.kept_before; at < best.kept.size(); ++at) best.kept[at].counted = true;
  for (std::size_t i = 0; i < json_channel; ++i) channel[i].kept_before = channel[i].kept.size();
}

ToolTally::Totals ToolTally::totals() {
  Channel& open = channel[section_channel()];
  Totals totals{.counted = {closed_[0] + open.fresh[0], closed_[1] + open.fresh[1]},
                .missing = missing_,
                .orphaned = orphaned_,
                .cut_before = cut_before_,
                .cut_after = open.raw,
                .most_cut = sum(cut_before_) + sum(open.raw),
                .fixable = closed_fixable_ + open.fresh_fixable,
                .missing_files = missing_files_,
                .orphaned_files = orphaned_files_,
                .fixable_before = fixable_before_,
                .fixable_after = open.fresh_fixable,
                .agreed_channel = agreed_channel_,
                .agreed_once = agreed_once_,
                .disagrees = disagrees_,
                .disagrees_at_first = disagrees_at_first_};
  count_kept(open);
  return totals;
}

void ToolTally::Totals::add(const Totals& other) {
  for (std::size_t i = 0; i < 2; ++i) {
    counted[i] += other.counted[i];
    missing[i] += other.missing[i];
    orphaned[i] += other.orphaned[i];
    cut_before[i] += other.cut_before[i];
    cut_after[i] += other.cut_after[i];
  }
  most_cut = std::max(most_cut, other.most_cut);
  fixable += other.fixable;
  missing_files += other.missing_files;
  orphaned_files += other.orphaned_files;
  fixable_before += other.fixable_before;
  fixable_after += other.fixable_after;
  agreed_channel = std::min(agreed_channel, other.agreed_channel);
  agreed_once = agreed_once || other.agreed_once;
  disagrees = disagrees || other.disagrees;
  disagrees_at_first = disagrees_at_first || other.disagrees_at_first;
}

bool ToolTally::Totals::counts() const {
  return sum(counted) + sum(missing) + sum(orphaned) + sum(cut_before) + sum(cut_after) + fixable +
             fixable_before + fixable_after !=
         0;
}

void ToolTally::restore(const Totals& totals) {
  closed_ = totals.counted;
  missing_ = totals.missing;
  orphaned_ = totals.orphaned;
  closed_fixable_ = totals.fixable;
  missing_files_ = totals.missing_files;
  orphaned_files_ = totals.orphaned_files;
  agreed_channel_ = totals.agreed_channel;
  agreed_once_ = totals.agreed_once;
  disagrees_ = totals.disagrees;
  disagrees_at_first_ = totals.disagrees_at_first;
  join_cuts(totals);
}

// What one record missed another has shown; a record's own two ends are no pair.
void ToolTally::join_cuts(const Totals& totals) {
  const std::uint64_t before = sum(totals.cut_before);
  const std::uint64_t after = sum(totals.cut_after);
  const std::uint64_t all = before + after;
  std::uint64_t joined = std::min({before, after, all - std::min(all, totals.most_cut)});
  if (joined == 0) return;
  if (joined == before) disagrees_at_first_ = false;
  closed_fixable_ -= std::min({closed_fixable_, totals.fixable_before, totals.fixable_after});
  const auto take = [&](std::uint64_t& from, std::uint64_t most) {
    const std::uint64_t taken = std::min({from, joined, most});
    from -= taken;
    joined -= taken;
  };
  // Errors are errors and warnings warnings, where the total told them apart.
  for (std::size_t i = 0; i < 2; ++i) take(missing_[i], totals.cut_after[i]);
  for (Parts* missing : {&missing_, &orphaned_})
    for (std::uint64_t& part : *missing) take(part, joined);
  if (sum(missing_) + sum(orphaned_) == 0) missing_files_ = orphaned_files_ = 0;
}

}  // namespace longhaul::diag
