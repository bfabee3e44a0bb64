#include "diag/line_parser.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "diag/line_forms.hpp"

namespace longhaul::diag {
namespace {

// Of keys of shapeless lines: no format's number and state.
constexpr std::uint64_t any_format = UINT64_MAX;

// "a.py:1" of "a.py:1:8".
std::string_view without_number(std::string_view place) {
  std::size_t end = place.size();
  while (end > 0 && core::is_digit(place[end - 1])) --end;
  return end < place.size() && end > 1 && place[end - 1] == ':' ? place.substr(0, end - 1) : place;
}

// False where the next line says that what is opened here is in a file that the tool does not read.
bool reads_next_place(const Format& format, std::string_view next) {
  constexpr std::string_view arrow = "--> ";
  next.remove_prefix(indent_of(next));
  if (!next.starts_with(arrow)) return true;
  next.remove_prefix(arrow.size());
  const std::string_view file = without_number(without_number(next));
  return file.size() == next.size() || format.reads_file(own_file(file));
}

// "site.yml:8", and whatever begins with a file and a line.
bool begins_with_place(std::string_view line) {
  if (find_line_head(line).kind != LineHead::Kind::none) return true;
  const std::size_t colon = line.rfind(':');
  return colon != std::string_view::npos && colon + 1 < line.size() &&
         line.find_first_not_of("0123456789", colon + 1) == std::string_view::npos &&
         looks_like_path(line.substr(0, colon));
}

// Whether the next line says where: "--> file:1:2".
bool is_before_arrow(Lookahead& ahead) {
  const std::string_view next = ahead.next();
  return next.substr(indent_of(next)).starts_with("--> ");
}

std::size_t digits_of(std::uint64_t number) { return std::to_string(number).size(); }

// Whether a step's number stands right-aligned: " 3/12".
bool is_aligned(std::string_view text, const Fields& fields) {
  return indent_of(text) + digits_of(fields.count) == digits_of(fields.total);
}

// Whether the next line is what the rule asks for.
bool goes_before(const RuleDetail& how, Lookahead& ahead) {
  if (how.last && !ahead.next().empty()) return false;
  if (!how.next.empty()) {
    const std::string_view next = ahead.next();
    if (!next.substr(indent_of(next)).starts_with(how.next)) return false;
  }
  if (how.before_place && !begins_with_place(ahead.next())) return false;
  return !how.goes_on || ahead.next().starts_with(' ') || ahead.next().ends_with(']');
}

}  // namespace

LineParser::LineParser(const RuleIndex& index, FirstRules& first_rules, Tally& tally, UnknownLines& unknown,
                       const std::uint64_t& line_number)
    : index_{index}, first_rules_{first_rules}, tally_{tally}, unknown_{unknown},
      line_number_{line_number}, json_{index, tally}, xml_{index, tally} {}

void LineParser::line(std::string_view text, std::string_view original, Lookahead& ahead, bool complete) {
  if (in_document()) {
    feed_document(text, complete);
    return;
  }
  if (text.empty()) return blank_line();
  after_blank_ = false;
  if (quotes_source_ && is_gutter(text)) return;
  head_known_ = pairs_known_ = hash_known_ = false;
  if (in_exclusive_state()) return within_exclusive_state(text, ahead);
  if (format_ != nullptr && continue_format(text, ahead)) return;
  const Own own = owned(text);
  if (enter_format(text, ahead, own) || own == Own::detail) return;
  if (start_document(text, complete) || own == Own::loose) return;
  if (is_caret_line(text) && in_block_) return;
  if (in_block_ && is_caret_line(ahead.next())) return;
  commit();
  state_ = 0;
  set_block(false);
  not_understood(text, original);
}

void LineParser::blank_line() {
  if (!heading_stands_) heading_.clear();
  if (!kept_.empty()) keep({});
  if (after_blank_ && format_ != nullptr && format_->apart != 0 && (format_->loose >> state_ & 1U) != 0) {
    commit();
    state_ = format_->apart;
    set_block(false);
  }
  after_blank_ = true;
}

void LineParser::rest_of_line(std::string_view text, bool complete) {
  if (in_document()) feed_document(text, complete);
}

void LineParser::finish() {
  if (json_.active()) abandon_document(json_.end());
  if (xml_.active()) abandon_document(xml_.end());
  while (!kept_.empty()) read_kept();
  commit();
  format_ = nullptr;
  end_total();
  flush_held();
}

const LineHead& LineParser::head(std::string_view text) {
  if (!head_known_) head_ = find_line_head(text);
  head_known_ = true;
  return head_;
}

std::uint64_t LineParser::hash(std::string_view text) {
  if (!hash_known_) hash_ = core::hash(text);
  hash_known_ = true;
  return hash_;
}

const PairSet& LineParser::pairs(std::string_view text) {
  constexpr std::size_t longest_looked_at = 4096;
  if (pairs_known_) return pairs_;
  if (text.size() <= longest_looked_at)
    pairs_ = PairSet::of(text);
  else
    pairs_.add_all();
  pairs_known_ = true;
  return pairs_;
}

void LineParser::set_block(bool in_block) {
  in_block_ = in_block;
  quotes_source_ = in_block && format_->gutter;
}

bool LineParser::in_exclusive_state() const {
  return format_ != nullptr && (format_->exclusive >> state_ & 1U) != 0;
}

bool LineParser::has_shape(const RuleRef& ref, std::string_view text, Match& match) {
  static constexpr LineHead none;
  const Shape& shape = ref.rule->shape;
  return shape.match(text, shape.head() == LineHead::Kind::none ? none : head(text), match.fields);
}

// Whether a line that has the rule's shape is meant by it.
bool LineParser::fits(const RuleRef& ref, std::string_view text, Lookahead& ahead, Match& match) {
  const Rule& rule = *ref.rule;
  match.format = ref.format;
  match.rule = &rule;
  match.number = ref.number;
  match.claim = rule.detail.sure ? Claim::sure : Claim::maybe;
  const bool finding = rule.act == Act::item || rule.act == Act::open;
  if (finding && ref.format->claim != nullptr && !rule.detail.sure)
    match.claim = ref.format->claim(match.fields);
  if (match.claim == Claim::no || !reads_its_file(match, ahead)) return false;
  if (rule.act == Act::item && !heading_fits(match)) return false;
  if (rule.act == Act::finish && (!pending_.open || indent_of(text) != pending_.indent)) return false;
  if (rule.detail.complete && match.fields.count != match.fields.total) return false;
  if (rule.detail.aligned && !is_aligned(text, match.fields)) return false;
  // A wrapped message goes on in any text but what is another finding.
  if (rule.act == Act::more && head(text).kind != LineHead::Kind::none) return false;
  if ((rule.act == Act::place || rule.act == Act::replace || rule.act == Act::more) && !pending_.open)
    return rule.act != Act::more;
  if (!goes_before(rule.detail, ahead)) return false;
  if (rule.detail.as_wide && heading_width_ != 0 && text.size() < heading_width_) return false;
  const bool may_be =
      pending_.open && ref.format->family != Family::none && pending_.format->family == ref.format->family;
  return !rule.detail.alone || may_be || (pending_.open && pending_.format == ref.format) ||
         tally_.speaking(*ref.format);
}

// A tool that says where, in a file that it does not read, is another one.
bool LineParser::reads_its_file(const Match& match, Lookahead& ahead) {
  if (match.format->reads_file == nullptr) return true;
  const Act act = match.rule->act;
  const bool places = act == Act::place || act == Act::heading || act == Act::item;
  if (places && match.fields.has(Field::file)) return match.format->reads_file(own_file(match.fields.file));
  return act != Act::open || reads_next_place(*match.format, ahead.next());
}

// Source that a tool quotes may look like anything, a tool's own lines included; the marks below it tell.
bool LineParser::is_quoted(std::string_view text, Lookahead& ahead) const {
  return text.front() != ' ' && is_caret_line(ahead.next());
}

// The second line of a message whose finding has its place on the line after: "--> file:1:2".
bool LineParser::goes_on_before_place(Lookahead& ahead) const {
  if (!pending_.open || pending_.confirmed || !format_->gutter || pending_.message.size() > 1000)
    return false;
  return is_before_arrow(ahead);
}

// What the format only might mean, since nothing on this line or the next says that it is its own.
bool LineParser::guesses(const Match& match, Lookahead& ahead) const {
  const RuleDetail& how = match.rule->detail;
  if (match.rule->act != Act::open || match.claim == Claim::sure || !how.code.empty()) return false;
  return how.next.empty() && !how.before_place && !is_before_arrow(ahead);
}

// Whether a line that looks like a rule's is source, or a part of a message.
bool LineParser::belongs_to_what_is_open(Act act, std::string_view text, Lookahead& ahead) const {
  if (act != Act::quote && is_quoted(text, ahead)) return true;
  if (act != Act::place && goes_on_before_place(ahead)) return true;
  return act == Act::tally && in_block_ && format_->gutter && is_gutter(ahead.next());
}

// Of the lines that have no rule's shape: by their text, and by who is asked.
std::uint64_t LineParser::shapeless_key(std::string_view text, std::uint64_t asked) {
  return core::combine(hash(text), asked);
}

// Whether one of these rules of the format at hand takes the line.
bool LineParser::try_rules(std::span<const RuleIndex::Id> rules, std::string_view text, Lookahead& ahead,
                           Trial& trial) {
  Match& match = trial.match;
  for (const RuleIndex::Id id : rules) {
    const RuleRef& ref = index_.rule(id);
    if (ref.when != any_state && ref.when != state_) continue;
    if (!ref.last.has(text.back())) continue;
    // The first is often the one, and then costs less.
    if (trial.tried == 1 && shapeless_.holds(shapeless_key(text, trial.asked))) return false;
    if (trial.tried++ != 0 && !pairs(text).has(ref.needed)) continue;
    if (!has_shape(ref, text, match)) continue;
    trial.shaped = true;
    if (!fits(ref, text, ahead, match)) continue;
    if (belongs_to_what_is_open(ref.rule->act, text, ahead)) return true;
    if (guesses(match, ahead) && enter_format(text, ahead, Own::loose)) return true;
    apply(match, text);
    continued_by_ = ref.rule;
    return true;
  }
  return false;
}

bool LineParser::continue_format(std::string_view text, Lookahead& ahead) {
  Trial trial;
  trial.asked = format_number_ << 5U | state_;
  if (try_rules(index_.in_bucket(index_.bucket_of(text), format_number_), text, ahead, trial)) return true;
  const bool may_have_head = !in_exclusive_state() || text.front() != ' ';
  const LineHead::Kind kind = may_have_head ? head(text).kind : LineHead::Kind::none;
  if (kind != LineHead::Kind::none &&
      try_rules(index_.in_bucket(RuleIndex::bucket_of(kind), format_number_), text, ahead, trial))
    return true;
  if (!trial.shaped && trial.tried > 1) shapeless_.add(shapeless_key(text, trial.asked));
  return false;
}

LineParser::Own LineParser::owned(std::string_view text) const {
  if (format_ == nullptr) return Own::no;
  if ((format_->loose >> state_ & 1U) != 0) return Own::loose;
  const bool is_detail = in_block_ && format_->quote_indent != 0 && indent_of(text) >= format_->quote_indent;
  return is_detail ? Own::detail : Own::no;
}

// What looks like detail of the finding above is only outweighed by the sure beginning of another; what may
// be any text, by what is surely another's.
bool LineParser::enter_format(std::string_view text, Lookahead& ahead, Own own) {
  const Match best = best_match(text, ahead, own);
  if (best.rule == nullptr) return false;
  if (is_quoted(text, ahead)) return in_block_ || best.rule->act == Act::item;
  commit();
  if (format_ != best.format) {
    format_ = best.format;
    format_number_ = best.number;
    state_ = 0;
    set_block(false);
    heading_stands_ = false;
    heading_.clear();
  }
  apply(best, text);
  return true;
}

bool LineParser::may_outweigh(const RuleRef& ref, std::string_view text, Own own) const {
  if (ref.format == format_) return false;
  if (ref.rule->act == Act::quote && text.front() == ' ') return false;
  const bool begins = ref.rule->act == Act::open || ref.rule->act == Act::section;
  return own != Own::detail || (begins && ref.rule->detail.sure);
}

// A finding that does without what stands around it, where the end of a test's failure is not told:
// "src/a.c:3:4: error: …", or one whose place or frames are on the next line.
bool LineParser::stands_alone(const Match& match, std::string_view text, Lookahead& ahead) const {
  if ((format_->enclosed >> state_ & 1U) != 0 || text.front() == ' ') return false;
  const Fields& fields = match.fields;
  const bool placed = fields.has(Field::file) && fields.has(Field::line);
  const bool described = fields.has(Field::severity) || fields.has(Field::code) || fields.column != 0;
  if (match.rule->act == Act::item) return (placed && described) || !match.rule->detail.next.empty();
  return match.rule->act == Act::open && ((placed && described) || is_before_arrow(ahead));
}

LineParser::Match LineParser::best_match(std::string_view text, Lookahead& ahead, Own own) {
  Match best;
  Match match;
  bool shaped = false;
  const std::uint64_t key = shapeless_key(text, any_format);
  if (shapeless_.holds(key)) return best;
  const auto try_bucket = [&](std::size_t bucket) {
    for (const RuleIndex::Id id : first_rules_.in_bucket(bucket, pairs(text), text.back())) {
      const RuleRef& ref = index_.rule(id);
      if (!has_shape(ref, text, match)) continue;
      shaped = true;
      if (!may_outweigh(ref, text, own) || !fits(ref, text, ahead, match)) continue;
      if (own == Own::loose && match.claim != Claim::sure && !stands_alone(match, text, ahead)) continue;
      if (best.rule == nullptr || match.claim > best.claim) best = match;
      if (best.claim == Claim::sure) return;
    }
  };
  try_bucket(index_.bucket_of(text));
  if (best.claim == Claim::sure && best.rule != nullptr) return best;
  if (const LineHead::Kind kind = head(text).kind; kind != LineHead::Kind::none)
    try_bucket(RuleIndex::bucket_of(kind));
  if (!shaped) shapeless_.add(key);
  return best;
}

// A document is of JSON or XML, and no lines.
bool LineParser::start_document(std::string_view text, bool complete) {
  if (replaying_) return false;
  const bool is_json = JsonFindings::could_begin(text);
  if (!is_json && !XmlFindings::could_begin(text)) return false;
  commit();
  if (is_json)
    json_.begin();
  else
    xml_.begin();
  feed_document(text, complete);
  return true;
}

bool LineParser::in_document() const { return json_.active() || xml_.active(); }

void LineParser::feed_document(std::string_view text, bool complete) {
  const auto feed = [&](auto& document) {
    document.feed(text);
    if (document.active() && complete) document.feed("\n");
    if (!document.active()) abandon_document(document.end());
  };
  if (json_.active())
    feed(json_);
  else
    feed(xml_);
}

// What was no document, or none that a format knows: its lines are lines like any other.
void LineParser::abandon_document(const std::string& text) {
  struct Nothing : Lookahead {
    std::string_view next() override { return {}; }
  } nothing;
  replaying_ = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view one = std::string_view{text}.substr(at, std::min(end - at, longest_line));
    line(one, one, nothing);
    at = end + 1;
  }
  replaying_ = false;
}

void LineParser::not_understood(std::string_view text, std::string_view original) {
  end_total();
  flush_held();
  if (original.size() > longest_heading) return unknown_.add(original);
  held_ = text;
  held_original_ = original;
  holds_ = true;
}

void LineParser::flush_held() {
  if (holds_) unknown_.add(held_original_);
  holds_ = false;
}

}  // namespace longhaul::diag
