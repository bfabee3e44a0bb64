#include "diag/line_parser.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "diag/line_forms.hpp"

namespace longhaul::diag {
namespace {

std::size_t indent_of(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t");
  return at == std::string_view::npos ? text.size() : at;
}

// Whether a line of this kind can be the first that a tool is heard with.
bool may_enter(const Rule& rule, std::string_view text) {
  if (const State when = rule.detail.when; when != any_state && when != 0) return false;
  switch (rule.act) {
    case Act::place:
    case Act::replace:
    case Act::more:
    case Act::finish:
    case Act::drop: return false;
    case Act::quote: return text.front() != ' ';
    default: return true;
  }
}

// False where the next line says that what is opened here is in a file that the tool does not read.
bool reads_next_place(const Format& format, std::string_view next) {
  constexpr std::string_view arrow = "--> ";
  next.remove_prefix(indent_of(next));
  if (!next.starts_with(arrow)) return true;
  const LineHead head = find_line_head(next.substr(arrow.size()));
  return head.kind == LineHead::Kind::none || format.reads_file(own_file(head.file));
}

// Whether the next line is what the rule asks for.
bool goes_before(const RuleDetail& how, Lookahead& ahead) {
  if (how.last && !ahead.next().empty()) return false;
  if (!how.next.empty()) {
    const std::string_view next = ahead.next();
    if (!next.substr(indent_of(next)).starts_with(how.next)) return false;
  }
  return !how.goes_on || ahead.next().starts_with(' ') || ahead.next().ends_with(']');
}

}  // namespace

LineParser::LineParser(const RuleIndex& index, Tally& tally, UnknownLines& unknown,
                       const std::uint64_t& line_number)
    : index_{index}, tally_{tally}, unknown_{unknown},
      line_number_{line_number}, json_{index, tally}, xml_{index, tally} {}

void LineParser::line(std::string_view text, std::string_view original, Lookahead& ahead, bool complete) {
  if (in_document()) {
    feed_document(text, complete);
    return;
  }
  if (text.empty()) {
    if (!heading_stands_) heading_.clear();
    return;
  }
  if (quotes_source_ && is_gutter(text)) return;
  head_known_ = false;
  if (format_ != nullptr && continue_format(text, ahead)) return;
  if (in_exclusive_state()) return;
  const Own own = owned(text);
  if (enter_format(text, ahead, own) || own != Own::no) return;
  if (start_document(text, complete)) return;
  if (is_caret_line(text) && in_block_) return;
  if (in_block_ && is_caret_line(ahead.next())) return;
  commit();
  state_ = 0;
  set_block(false);
  not_understood(text, original);
}

void LineParser::rest_of_line(std::string_view text, bool complete) {
  if (in_document()) feed_document(text, complete);
}

void LineParser::finish() {
  if (json_.active()) abandon_document(json_.end());
  if (xml_.active()) abandon_document(xml_.end());
  commit();
  end_total();
  flush_held();
}

const LineHead& LineParser::head(std::string_view text) {
  if (!head_known_) head_ = find_line_head(text);
  head_known_ = true;
  return head_;
}

void LineParser::set_block(bool in_block) {
  in_block_ = in_block;
  quotes_source_ = in_block && format_->gutter;
}

bool LineParser::in_exclusive_state() const {
  return format_ != nullptr && (format_->exclusive >> state_ & 1U) != 0;
}

bool LineParser::matches(const RuleRef& ref, std::string_view text, Lookahead& ahead, Match& match) {
  const Rule& rule = *ref.rule;
  static constexpr LineHead none;
  if (!rule.shape.match(text, rule.shape.head() == LineHead::Kind::none ? none : head(text), match.fields))
    return false;
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
  // A wrapped message goes on in any text but what is another finding.
  if (rule.act == Act::more && head(text).kind != LineHead::Kind::none) return false;
  if ((rule.act == Act::place || rule.act == Act::replace || rule.act == Act::more) && !pending_.open)
    return rule.act != Act::more;
  if (!goes_before(rule.detail, ahead)) return false;
  if (rule.detail.as_wide && heading_width_ != 0 && text.size() < heading_width_) return false;
  return !(rule.detail.alone && !tally_.speaking(*ref.format));
}

// A tool that says where, in a file that it does not read, is another one.
bool LineParser::reads_its_file(const Match& match, Lookahead& ahead) {
  if (match.format->reads_file == nullptr) return true;
  if (match.rule->act == Act::place) return match.format->reads_file(own_file(match.fields.file));
  return match.rule->act != Act::open || reads_next_place(*match.format, ahead.next());
}

// Source that a tool quotes may look like anything, a tool's own lines included; the marks below it tell.
bool LineParser::is_quoted(std::string_view text, Lookahead& ahead) const {
  return text.front() != ' ' && is_caret_line(ahead.next());
}

// The second line of a message whose finding has its place on the line after: "--> file:1:2".
bool LineParser::goes_on_before_place(Lookahead& ahead) const {
  if (!pending_.open || pending_.confirmed || !format_->gutter || pending_.message.size() > 1000)
    return false;
  const std::string_view next = ahead.next();
  const std::size_t at = next.find_first_not_of(' ');
  return at != std::string_view::npos && next.substr(at).starts_with("--> ");
}

bool LineParser::continue_format(std::string_view text, Lookahead& ahead) {
  Match match;
  const auto try_bucket = [&](std::span<const RuleIndex::Id> bucket) {
    for (const RuleIndex::Id id : bucket) {
      const RuleRef& ref = index_.rule(id);
      if (ref.rule->detail.when != any_state && ref.rule->detail.when != state_) continue;
      if (!matches(ref, text, ahead, match)) continue;
      if (ref.rule->act != Act::quote && is_quoted(text, ahead)) return true;
      if (ref.rule->act != Act::place && goes_on_before_place(ahead)) return true;
      if (ref.rule->act == Act::tally && in_block_ && format_->gutter && is_gutter(ahead.next())) return true;
      apply(match, text);
      return true;
    }
    return false;
  };
  if (try_bucket(index_.by_byte(text.front(), format_number_))) return true;
  if (in_exclusive_state() && text.front() == ' ') return false;
  const LineHead::Kind kind = head(text).kind;
  return kind != LineHead::Kind::none && try_bucket(index_.by_head(kind, format_number_));
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
  if (ref.format == format_ || !may_enter(*ref.rule, text)) return false;
  return own != Own::detail || (ref.rule->act == Act::open && ref.rule->detail.sure);
}

LineParser::Match LineParser::best_match(std::string_view text, Lookahead& ahead, Own own) {
  Match best;
  Match match;
  PairSet pairs;
  constexpr std::size_t longest_looked_at = 4096;
  if (text.size() <= longest_looked_at)
    pairs.add(text);
  else
    pairs.add_all();
  const auto try_bucket = [&](std::span<const RuleIndex::Id> bucket) {
    for (const RuleIndex::Id id : bucket) {
      const RuleRef& ref = index_.rule(id);
      if (!pairs.has(ref.needed) || !may_outweigh(ref, text, own)) continue;
      if (!matches(ref, text, ahead, match)) continue;
      if (own == Own::loose && match.claim != Claim::sure) continue;
      if (best.rule == nullptr || match.claim > best.claim) best = match;
      if (best.claim == Claim::sure) return;
    }
  };
  try_bucket(index_.by_byte(text.front()));
  if (best.claim != Claim::sure || best.rule == nullptr) {
    const LineHead::Kind kind = head(text).kind;
    if (kind != LineHead::Kind::none) try_bucket(index_.by_head(kind));
  }
  return best;
}

// A finding that names a line but no file needs a heading; where there is none the format must have spoken
// before, or the beginning of the output was cut off.
bool LineParser::heading_fits(const Match& match) const {
  if (match.fields.has(Field::file) || !match.fields.has(Field::line)) return true;
  if (match.format == format_ || !heading_.empty() || !holds_) return true;
  std::string_view held = held_;
  if (held.ends_with(':')) held.remove_suffix(1);
  return looks_like_path(held);
}

std::string_view LineParser::file_of(const Match& match) {
  if (match.fields.has(Field::file)) return match.fields.file;
  if (!match.fields.has(Field::line)) return heading_stands_ ? heading_ : std::string_view{};
  if (heading_.empty() && holds_) {
    std::string_view held = held_;
    if (held.ends_with(':')) held.remove_suffix(1);
    if (looks_like_path(held)) {
      heading_ = held;
      heading_stands_ = false;
      holds_ = false;
    }
  }
  return heading_;
}

void LineParser::apply(const Match& match, std::string_view text) {
  const RuleDetail& how = match.rule->detail;
  if (match.rule->act != Act::tally || !how.joins) end_total();
  if (how.sure) tally_.sure(*match.format);
  if (how.owes) tally_.owe(*match.format);
  switch (match.rule->act) {
    case Act::item:
    case Act::open:
      commit();
      begin_finding(match, text);
      break;
    case Act::place:
    case Act::replace:
    case Act::more:
    case Act::finish: extend_finding(match); break;
    case Act::drop: pending_.open = false; break;
    case Act::heading:
      commit();
      heading_ = match.fields.file;
      heading_line_ = match.fields.line;
      heading_stands_ = true;
      break;
    case Act::tally:
      commit();
      own_total(match);
      set_block(false);
      break;
    case Act::clean:
      commit();
      tally_.clean(*match.format);
      set_block(false);
      break;
    case Act::section: heading_width_ = text.size(); [[fallthrough]];
    case Act::noise:
      commit();
      set_block(false);
      break;
    case Act::quote: break;
  }
  if (how.then != same_state) state_ = how.then;
}

void LineParser::begin_finding(const Match& match, std::string_view text) {
  const Fields& fields = match.fields;
  const RuleDetail& how = match.rule->detail;
  Pending& now = pending_;
  now.open = true;
  now.identified = false;
  now.confirmed = match.rule->act == Act::item || !how.code.empty() || !fields.name.empty();
  now.format = match.format;
  now.how = &how;
  now.claim = match.claim;
  now.severity = fields.has(Field::severity) ? fields.severity : how.severity;
  if (now.severity == Severity::note && now.format->counts_notes) now.severity = Severity::warning;
  now.fix = fields.fix || how.fixable;
  now.first_line = line_number_;
  now.file = own_file(file_of(match));
  now.placed = fields.has(Field::file);
  now.line =
      fields.has(Field::line) || fields.has(Field::file) || !heading_stands_ ? fields.line : heading_line_;
  now.column = fields.column;
  now.count = fields.has(Field::count) ? fields.count : 1;
  set_code(fields.has(Field::code) ? fields.code : how.code);
  now.name = fields.name.empty() ? how.name : fields.name;
  // The whole line, of which the message is the end, in case that nothing confirms it.
  const bool ends_line = !fields.message.empty() && fields.message.end() == text.end();
  now.message_at = ends_line && !now.confirmed ? text.size() - fields.message.size() : 0;
  now.message = now.message_at == 0 ? fields.message : text;
  // The last line of a syntax error stands two columns left of the first.
  now.indent = indent_of(text) -
               (match.rule->act == Act::open && now.placed ? std::min<std::size_t>(2, indent_of(text)) : 0);
  set_block(true);
}

void LineParser::extend_finding(const Match& match) {
  set_block(true);
  if (!pending_.open) return;
  const Fields& fields = match.fields;
  const Act act = match.rule->act;
  if (act == Act::place || act == Act::finish) pending_.confirmed = true;
  if (fields.has(Field::file) && (act == Act::replace || !pending_.placed)) {
    pending_.file = own_file(fields.file);
    pending_.line = fields.line;
    pending_.column = fields.column;
    pending_.placed = true;
  }
  const bool code_wanted = act == Act::finish || match.rule->detail.outweighs || pending_.code.empty() ||
                           pending_.code == pending_.how->code;
  if (fields.fix) pending_.fix = true;
  if (fields.has(Field::code) && code_wanted)
    set_code(std::string{match.rule->detail.code_begins}.append(class_name(fields.code)));
  if (match.rule->detail.sets_severity) pending_.severity = match.rule->detail.severity;
  if (!fields.name.empty()) {
    if (match.rule->detail.joins && !pending_.name.empty())
      pending_.name.append(pending_.format->joint).append(fields.name);
    else
      pending_.name = fields.name;
  }
  if (!fields.message.empty()) {
    if (act == Act::more && !pending_.message.empty() && pending_.message.size() < 1000)
      pending_.message += ' ';
    if (act == Act::finish) {
      pending_.message.clear();
      pending_.message_at = 0;
    }
    if (pending_.message.size() < 1000) pending_.message += fields.message;
  }
  if (match.rule->detail.sure) pending_.claim = Claim::sure;
  pending_.identity = tally_.identify(*pending_.format, pending_finding(), *pending_.how);
  pending_.identified = true;
}

void LineParser::commit() {
  if (!pending_.open) return;
  pending_.open = false;
  if (!pending_.confirmed) {
    const std::string line = pending_.message_at != 0 || pending_.code.empty()
                                 ? pending_.message
                                 : pending_.code + ' ' + pending_.message;
    not_understood(line, line);
    return;
  }
  if (holds_) flush_held();
  const Diagnostic found = pending_finding();
  if (!pending_.identified) pending_.identity = tally_.identify(*pending_.format, found, *pending_.how);
  tally_.add(*pending_.format, found, *pending_.how, pending_.claim, pending_.identity);
}

void LineParser::set_code(std::string_view code) {
  const Format& format = *pending_.format;
  if (format.severity != nullptr) pending_.severity = format.severity(code);
  if (format.normal_code != nullptr)
    format.normal_code(code, pending_.code);
  else
    pending_.code = code;
}

// The finding at hand as it is known by now.
Diagnostic LineParser::pending_finding() const {
  Diagnostic found;
  found.severity = pending_.severity;
  found.fixable = pending_.fix;
  found.line = pending_.line;
  found.column = pending_.column;
  found.count = pending_.count;
  found.code = pending_.code;
  found.name = pending_.name;
  found.message = std::string_view{pending_.message}.substr(pending_.message_at);
  found.file = pending_.file;
  found.first_line = pending_.first_line;
  // What is at hand is the first line that does not belong to it.
  found.last_line = std::max(pending_.first_line, line_number_ - 1);
  return found;
}

void LineParser::own_total(const Match& match) {
  const Fields& fields = match.fields;
  OwnTotal own;
  if (fields.has(Field::counts)) own = read_counts(fields.counts);
  if (fields.has(Field::total)) own.total = fields.total;
  if (fields.has(Field::fixable)) own.fixable = fields.fixable;
  if (fields.has(Field::errors)) own.parts[0] = fields.errors;
  if (fields.has(Field::warnings)) own.parts[1] = fields.warnings;
  if (!match.rule->detail.joins) return tally_.own_total(*match.format, own, match.rule->detail);
  if (!total_.format) total_ = {match.format, &match.rule->detail, {}};
  for (std::size_t part = 0; part < own.parts.size(); ++part)
    if (own.parts[part]) total_.own.parts[part] = total_.own.parts[part].value_or(0) + *own.parts[part];
}

// A total of several lines is whole.
void LineParser::end_total() {
  if (total_.format != nullptr) tally_.own_total(*total_.format, total_.own, *total_.how);
  total_ = {};
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
