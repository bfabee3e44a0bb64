#include "diag/json_findings.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "diag/json_layouts.hpp"
#include "store/json_elements.hpp"
#include "store/json_reader.hpp"

namespace longhaul::diag {
namespace {

namespace dom = simdjson::dom;

// The member at "a.b" or "a.0.b".
bool look_up(dom::element from, std::string_view path, dom::element& found) {
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string_view step = path.substr(0, dot);
    const bool index = step[0] >= '0' && step[0] <= '9';
    const auto next = index ? from.at(static_cast<std::size_t>(step[0] - '0')) : from.at_key(step);
    if (next.get(from) != simdjson::SUCCESS) return false;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  found = from;
  return true;
}

// "a.*.b": of any of the array's elements.
bool any_text_is(dom::element from, std::string_view path, std::string_view value) {
  const std::size_t star = path.find(".*.");
  dom::element found;
  if (!look_up(from, path.substr(0, star), found)) return false;
  if (star == std::string_view::npos) {
    std::string_view text;
    return found.get(text) == simdjson::SUCCESS && text == value;
  }
  dom::array elements;
  if (found.get(elements) != simdjson::SUCCESS) return false;
  for (const dom::element one : elements)
    if (any_text_is(one, path.substr(star + 3), value)) return true;
  return false;
}

class Finding {
 public:
  Finding(dom::element self, dom::element around) : self_{self}, around_{around} {}

  std::string_view text(std::string_view path) const {
    dom::element found;
    std::string_view text;
    if (path.empty() || !find(path, found) || found.get(text) != simdjson::SUCCESS) return {};
    return text;
  }
  std::uint32_t number(std::string_view path) const {
    dom::element found;
    std::int64_t number = 0;
    if (path.empty() || !find(path, found) || found.get(number) != simdjson::SUCCESS || number < 0) return 0;
    return static_cast<std::uint32_t>(number);
  }
  bool present(std::string_view path) const {
    dom::element found;
    return !path.empty() && look_up(self_, path, found) && !found.is_null();
  }
  bool is_false(std::string_view path) const {
    dom::element found;
    bool flag = true;
    return look_up(self_, path, found) && found.get(flag) == simdjson::SUCCESS && !flag;
  }
  bool is_true(std::string_view path) const {
    dom::element found;
    bool flag = false;
    return look_up(self_, path, found) && found.get(flag) == simdjson::SUCCESS && flag;
  }
  bool own_text_is(std::string_view path, std::string_view value) const {
    return any_text_is(self_, path, value);
  }
  Severity severity_of_rule(const JsonLayout& layout) const {
    dom::element found;
    dom::array rules;
    if (!find(layout.rules, found) || found.get(rules) != simdjson::SUCCESS) return Severity::warning;
    for (const dom::element one : rules) {
      const Finding rule{one, one};
      if (rule.text("id") == text(layout.code) && rule.present(layout.rule_level))
        return rule.severity(layout.rule_level);
    }
    return Severity::warning;
  }
  Severity severity(std::string_view path) const {
    if (path.empty()) return Severity::error;
    if (const std::uint32_t level = number(path); level != 0)
      return level == 1 ? Severity::warning : Severity::error;
    const std::string_view word = text(path);
    for (const std::string_view weak :
         {"warning", "convention", "refactor", "WARNING", "MEDIUM", "LOW", "warn", "major", "minor"})
      if (word == weak) return Severity::warning;
    for (const std::string_view none : {"note", "info", "information", "hint", "help", "none", "style", "off",
                                        "INFORMATION", "INFO", "HINT", "UNKNOWN_SEVERITY", "failure-note"})
      if (word == none) return Severity::note;
    return Severity::error;  // a word that is not known hides nothing
  }

 private:
  bool find(std::string_view path, dom::element& found) const {
    return look_up(self_, path, found) || look_up(around_, path, found);
  }

  dom::element self_, around_;
};

bool has_all(dom::element element, const JsonLayout& layout) {
  return std::all_of(layout.has.begin(), layout.has.end(), [&](std::string_view key) {
    dom::element found;
    return key.empty() || look_up(element, key, found);
  });
}

bool fixable(const Finding& finding, const JsonLayout& layout) {
  if (!layout.fix_value.empty()) return finding.own_text_is(layout.fix, layout.fix_value);
  return finding.present(layout.fix) && !finding.is_false(layout.fix);
}

// The tool that the report names, where it is a known one.
const Format& format_of(const JsonLayout& layout, const Finding& finding) {
  std::string name{layout.tool.empty() ? std::string_view{} : finding.text(layout.tool)};
  std::ranges::transform(name, name.begin(), core::lower);
  const Format* named = name.empty() ? nullptr : find_format(name);
  return named == nullptr ? *layout.format : *named;
}

// Where an object is, told by elements beside it.
struct Place {
  std::string file;
  std::uint32_t line = 0, column = 0;
  bool is_best = false;
};

void add(Tally& tally, const JsonLayout& layout, const Finding& finding, bool suite,
         const Place& place = {}) {
  const Format& format = format_of(layout, finding);
  static constexpr RuleDetail finding_of_linter{.sure = true};
  static constexpr RuleDetail failed_test{.channel = json_channel, .sure = true};
  static constexpr RuleDetail broken_suite{
      .channel = json_channel, .suite = true, .code = "suite failed to run", .sure = true};
  Diagnostic found;
  found.severity = layout.rules.empty() || finding.present(layout.severity)
                       ? finding.severity(layout.severity)
                       : finding.severity_of_rule(layout);
  found.fixable = fixable(finding, layout);
  if (!layout.count.empty()) found.count = finding.number(layout.count);
  found.line = finding.number(layout.line) + (layout.first_line == 0 ? 1 : 0);
  found.column = finding.number(layout.column);
  found.code = suite ? broken_suite.code : finding.text(layout.code);
  found.name = suite ? std::string_view{} : finding.text(layout.name);
  found.message = finding.text(layout.message);
  found.file = finding.text(layout.file);
  if (!layout.beside.empty()) {
    found.file = place.file;
    found.line = place.line;
    found.column = place.column;
  }
  if (found.severity == Severity::note && format.counts_notes) found.severity = Severity::warning;
  if (format.severity != nullptr) found.severity = format.severity(found.code);
  std::string code;
  std::string normal;
  if (!layout.code_prefix.empty()) {
    code = std::string{layout.code_prefix} + std::to_string(finding.number(layout.code));
    found.code = code;
  }
  if (format.normal_code != nullptr && !suite) {
    format.normal_code(found.code, normal);
    found.code = normal;
  }
  const RuleDetail& how = format.kind != Kind::test_failure ? finding_of_linter
                          : suite                           ? broken_suite
                                                            : failed_test;
  tally.add(format, found, how, Claim::sure);
}

bool is_sum(const JsonLayout& layout, const Finding& finding) {
  const std::string_view message =
      layout.sum_begins.empty() ? std::string_view{} : finding.text(layout.message);
  return !message.empty() && (message.starts_with(layout.sum_begins) || message.ends_with(layout.sum_ends));
}

// What failed outside of any test; that the run did not end well follows from the tests that failed.
void add_failures_of_run(Tally& tally, const JsonLayout& layout, const Finding& finding) {
  static constexpr RuleDetail outside{.channel = json_channel, .suite = true, .sure = true};
  static constexpr RuleDetail ended_badly{
      .channel = json_channel, .suite = true, .sure = true, .follower = true};
  Diagnostic found;
  found.code = "error";
  found.count = layout.failures.empty() ? 0 : finding.number(layout.failures);
  if (found.count != 0) tally.add(*layout.format, found, outside, Claim::sure);
  if (!finding.is_false(layout.ended_well)) return;
  found.count = 1;
  tally.add(*layout.format, found, ended_badly, Claim::sure);
}

void read(Tally& tally, const JsonLayout& layout, dom::element element, const Place& place);

void read_inner(Tally& tally, const JsonLayout& layout, dom::element element, const Place& place) {
  for (const std::string_view name : layout.inner) {
    dom::array elements;
    dom::element inner;
    if (name.empty() || !look_up(element, name, inner) || inner.get(elements) != simdjson::SUCCESS) continue;
    for (const dom::element one : elements) read(tally, layout, one, place);
  }
}

void read(Tally& tally, const JsonLayout& layout, dom::element element, const Place& place) {
  const Format& format = format_of(layout, {element, element});
  tally.clean(format);
  tally.sure(format);
  if (layout.clean) return add_failures_of_run(tally, layout, {element, element});
  const auto counts = [&](dom::element one) {
    return layout.needs.empty() || Finding{one, one}.present(layout.needs);
  };
  if (layout.nested.empty() && !counts(element)) return;
  if (is_sum(layout, {element, element})) return;
  read_inner(tally, layout, element, place);
  if (layout.nested.empty()) {
    const Finding finding{element, element};
    if (layout.only.empty() || finding.own_text_is(layout.only, layout.only_value))
      add(tally, layout, finding, false, place);
    return;
  }
  dom::array findings;
  dom::element nested;
  if (!look_up(element, layout.nested, nested) || nested.get(findings) != simdjson::SUCCESS) return;
  bool any = false;
  for (const dom::element one : findings) {
    const Finding finding{one, element};
    if (!counts(one)) continue;
    if (!layout.only.empty() && !finding.own_text_is(layout.only, layout.only_value)) continue;
    any = true;
    add(tally, layout, finding, false);
  }
  const Finding self{element, element};
  if (layout.broken_suite && !any && self.own_text_is(layout.only, layout.only_value))
    add(tally, layout, self, true);
}

}  // namespace

struct JsonFindings::State {
  explicit State(store::JsonElements::Sink sink) : elements{std::move(sink)} {}
  store::JsonElements elements;
  store::JsonReader reader{store::JsonElements::max_element + 1024};
  Place place;
};

JsonFindings::JsonFindings(const RuleIndex& index, Tally& tally) : index_{index}, tally_{tally} {}
JsonFindings::~JsonFindings() = default;

bool JsonFindings::could_begin(std::string_view line) {
  const auto next = [&](std::size_t from) { return line.find_first_not_of(" \t", from); };
  std::size_t at = next(0);
  if (at == std::string_view::npos || (line[at] != '[' && line[at] != '{')) return false;
  while (line[at] == '[') {
    at = next(at + 1);
    if (at == std::string_view::npos || line[at] == ']')
      return at == std::string_view::npos || at + 1 == line.size();
    if (line[at] != '{') return false;
  }
  at = next(at + 1);
  if (at == std::string_view::npos || line[at] == '}') return true;
  if (line[at] != '"') return false;
  const std::size_t close = line.find('"', at + 1);
  if (close == std::string_view::npos) return line.size() > 200;
  at = next(close + 1);
  return at == std::string_view::npos || line[at] == ':';
}

void JsonFindings::begin() {
  if (!state_)
    state_ = std::make_unique<State>(
        [this](std::string_view place, std::string_view element) { take(place, element); });
  state_->elements.begin();
  state_->place = {};
  text_.clear();
  active_ = true;
  understood_ = false;
}

void JsonFindings::feed(std::string_view text) {
  if (!understood_) text_ += text;
  const auto status = state_->elements.feed(text);
  if (status == store::JsonElements::Status::done) {
    active_ = false;
    if (text_.find_first_not_of("[] \t\n") == std::string::npos) understood_ = true;  // a report of nothing
  }
  const bool hopeless = !understood_ && text_.size() > store::JsonElements::max_element;
  if (status == store::JsonElements::Status::malformed || hopeless) active_ = false;
  if (understood_) text_ = {};
}

std::string JsonFindings::end() {
  active_ = false;
  // What is read again as lines is not left out.
  if (understood_) tally_.leave_out_json(state_->elements.left_out());
  return std::exchange(text_, {});
}

// True where the elements of this place tell where the object around them is.
bool JsonFindings::take_place(std::string_view place, std::string_view element) {
  const auto layouts = json_layouts();
  const auto layout = std::ranges::find(layouts, place, &JsonLayout::beside);
  if (place.empty() || layout == layouts.end()) return false;
  Place& known = state_->place;
  const auto parsed = known.is_best ? std::nullopt : state_->reader.read(element);
  if (!parsed || !parsed->is_object()) return true;
  const Finding beside{*parsed, *parsed};
  const bool is_best = beside.is_true(layout->beside_is);
  if (!known.file.empty() && !is_best) return true;
  known = {std::string{beside.text(layout->file)}, beside.number(layout->line), beside.number(layout->column),
           is_best};
  return true;
}

void JsonFindings::take(std::string_view place, std::string_view element) {
  if (take_place(place, element)) return;
  const auto stands_before = [&](std::string_view member) {
    return member.empty() || state_->elements.has_member(member);
  };
  const auto may_be = [&](const JsonLayout& layout) {
    return layout.place == place && index_.reads(*layout.format) &&
           std::ranges::all_of(layout.behind, stands_before);
  };
  const auto layouts = json_layouts();
  if (std::ranges::none_of(layouts, may_be)) return;
  const auto parsed = state_->reader.read(element);
  if (!parsed || !parsed->is_object()) return;
  for (const JsonLayout& layout : layouts) {
    if (!may_be(layout) || !has_all(*parsed, layout)) continue;
    read(tally_, layout, *parsed, state_->place);
    understood_ = true;
    return;
  }
}

}  // namespace longhaul::diag
