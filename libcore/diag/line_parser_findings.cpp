// What a line that matched means: findings begin, go on and are counted.
#include <algorithm>

#include "diag/line_forms.hpp"
#include "diag/line_parser.hpp"

namespace longhaul::diag {

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
  if ((heading_.empty() || heading_stands_) && holds_) {
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
  if (how.owes) begin_run(match);
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
      heading_ = match.fields.has(Field::file) ? match.fields.file : text;
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
  now.first_line = number_of_line();
  now.file = own_file(file_of(match));
  now.placed = fields.has(Field::file);
  now.line =
      fields.has(Field::line) || fields.has(Field::file) || !heading_stands_ ? fields.line : heading_line_;
  now.column = fields.column;
  now.count = fields.has(Field::count) && !how.aligned ? fields.count : 1;
  set_code(fields.has(Field::code) ? fields.code : how.code);
  now.name = fields.name.empty() ? how.name : fields.name;
  // The whole line, of which the message is the end, in case that nothing confirms it.
  const bool ends_line = !fields.message.empty() && fields.message.end() == text.end();
  now.message_at = ends_line && !now.confirmed ? text.size() - fields.message.size() : 0;
  now.message = now.message_at == 0 ? fields.message : text;
  // The last line of a syntax error stands two columns left of the first.
  now.indent = indent_of(text) -
               (match.rule->act == Act::open && now.placed ? std::min<std::size_t>(2, indent_of(text)) : 0);
  if (how.by_module && now.file.empty()) now.file = module_file(now.name);
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
  if (act == Act::more && fields.has(Field::line) && pending_.line == 0) pending_.line = fields.line;
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
  found.last_line = std::max(pending_.first_line, number_of_line() - 1);
  return found;
}

void LineParser::own_total(const Match& match) {
  const Fields& fields = match.fields;
  OwnTotal own;
  if (fields.has(Field::counts)) own = read_counts(fields.counts);
  if (fields.has(Field::total)) own.total = fields.total;
  if (fields.has(Field::fixable)) own.fixable = fields.fixable;
  if (fields.has(Field::count)) own.files = fields.count;
  if (fields.has(Field::errors)) own.parts[0] = fields.errors;
  if (fields.has(Field::warnings)) own.parts[1] = fields.warnings;
  if (!match.rule->detail.joins) return tally_.own_total(*match.format, own, match.rule->detail);
  if (total_.format != match.format) take_total();  // two tools' totals may stand one behind the other
  if (!total_.format) total_ = {match.format, &match.rule->detail, {}};
  if (own.files) total_.own.files = own.files;
  for (std::size_t part = 0; part < own.parts.size(); ++part)
    if (own.parts[part]) total_.own.parts[part] = total_.own.parts[part].value_or(0) + *own.parts[part];
}

// A total of several lines is whole. One that precedes what it counts waits for it.
void LineParser::end_total() {
  if (total_.format != nullptr && total_.how->precedes && total_.format == format_) return;
  take_total();
}

void LineParser::take_total() {
  if (total_.format != nullptr) tally_.own_total(*total_.format, total_.own, *total_.how);
  total_ = {};
}

}  // namespace longhaul::diag
