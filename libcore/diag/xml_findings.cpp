#include "diag/xml_findings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "diag/xml_layouts.hpp"
#include "store/xml_reader.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t longest_value = 4096;

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Severity severity_of(std::string_view word) {
  std::string lower{word};
  std::ranges::transform(lower, lower.begin(), core::lower);
  for (const std::string_view strong : {"error", "fatal", "high", "critical"})
    if (lower == strong) return Severity::error;
  return lower.empty() ? Severity::error : Severity::warning;
}

// "org.eslint.no-undef", "eslint.rules.no-undef" and "ShellCheck.SC2086": a tool, and its code.
struct ToolCode {
  const Format* tool = nullptr;
  std::string_view code;
};

ToolCode tool_code_of(std::string_view text) {
  std::string_view rest = text;
  for (const std::string_view before : {"org.", "failure."})
    if (rest.starts_with(before)) rest.remove_prefix(before.size());
  const auto dot = rest.find('.');
  if (dot == std::string_view::npos) return {nullptr, text};
  std::string name{rest.substr(0, dot)};
  std::ranges::transform(name, name.begin(), core::lower);
  const Format* tool = find_format(name);
  if (tool == nullptr) return {nullptr, text};
  rest.remove_prefix(dot + 1);
  if (rest.starts_with("rules.")) rest.remove_prefix(6);
  return {tool, rest};
}

// Where a tool is known by the form of its codes only: "eslint(no-undef)", "lint/style/useConst".
ToolCode tool_by_form(std::string_view code) {
  if (code.ends_with(')') && code.find('(') != std::string_view::npos) return {find_format("oxlint"), code};
  if (code.starts_with("lint/")) return {find_format("biome"), code};
  return {nullptr, code};
}

// What stands behind a word: "Test ID: B403 Severity: LOW" has "B403" behind "Test ID: ".
std::string_view word_behind(std::string_view text, std::string_view before) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + before.size());
  return rest.substr(0, rest.find_first_of(" \n,"));
}

struct Element {
  std::string name, file;   // where it has a total
  std::uint64_t total = 0;  // of findings within, as it says
  std::uint64_t told = 0;
};

struct Values {
  std::string file, line, column, code, name, message, severity, body;
};

}  // namespace

class XmlFindings::Report final : public store::XmlHandler {
 public:
  Report(const RuleIndex& index, Tally& tally) : reader_{*this}, index_{index}, tally_{tally} {}

  void start() {
    layout_ = nullptr;
    tool_ = nullptr;
    is_foreign_ = false;
    open_.clear();
    heading_file_.clear();
    reader_.begin();
  }
  store::XmlReader::Status feed(std::string_view text) { return reader_.feed(text); }
  [[nodiscard]] bool is_understood() const { return layout_ != nullptr; }
  [[nodiscard]] bool is_foreign() const { return is_foreign_; }
  void stop() {
    if (layout_ == nullptr) return;
    finish_finding();
    while (!open_.empty()) end_element(false);
  }

  void begin(std::string_view element, const Attributes& attributes) override {
    if (is_foreign_) return;
    if (open_.empty() && !begin_report(element)) return;
    open_.push_back(with_total(attributes));
    know_tool(element, attributes);
    if (element == layout_->heading) {
      heading_file_ = attributes[layout_->heading_file];
      heading_name_ = attributes["name"];
    }
    if (element == layout_->finding && !is_open_) {
      begin_finding(attributes);
    } else if (is_open_) {
      begin_within(element, attributes);
    }
    text_.clear();
  }

  void text(std::string_view piece) override {
    if (is_open_ && text_.size() < longest_value) text_ += piece;
  }

  void end(std::string_view element) override {
    if (is_foreign_ || open_.empty()) return;
    if (is_open_) {
      if (std::ranges::find(layout_->fails, element) != layout_->fails.end() && !element.empty())
        values_.body = text_;
      else
        know(element, text_);
      if (element == layout_->place) has_place_ = !values_.file.empty();
      if (open_.size() == finding_depth_) finish_finding();
    }
    text_.clear();
    end_element(true);
  }

 private:
  bool begin_report(std::string_view element) {
    const auto layouts = xml_layouts();
    const auto found = std::ranges::find(layouts, element, &XmlLayout::root);
    is_foreign_ = found == layouts.end() || !index_.reads(*found->format);
    if (!is_foreign_) layout_ = &*found;
    return !is_foreign_;
  }

  void know_tool(std::string_view element, const Attributes& attributes) {
    if (tool_ != nullptr) return;
    for (const auto& one : xml_tools()) {
      if (one.element != element || !attributes.has(one.attribute)) continue;
      if (attributes[one.attribute] != one.value || !index_.reads(*one.format)) continue;
      tool_ = one.format;
      return;
    }
  }

  [[nodiscard]] Element with_total(const Attributes& attributes) const {
    Element element;
    for (const auto& name : layout_->totals)
      if (!name.empty() && !is_open_ && attributes.has(name)) element.total += number_of(attributes[name]);
    if (element.total == 0) return element;
    element.name = attributes["name"];
    element.file = attributes[layout_->heading_file];
    return element;
  }

  // What an element counts and does not tell is findings all the same: of a whole one only where it tells
  // none, since one test may fail twice.
  void end_element(bool is_whole) {
    Element ended = std::move(open_.back());
    open_.pop_back();
    if (ended.total > ended.told && (ended.told == 0 || !is_whole)) {
      add_untold(ended);
      ended.told = ended.total;
    }
    if (!open_.empty()) open_.back().told += ended.told;
  }

  void add_untold(const Element& element) {
    Diagnostic found;
    found.count = element.total - element.told;
    found.code = "failed";
    found.name = element.name;
    found.file = element.file;
    tally_.sure(format());
    tally_.add(format(), found, how_of(format()), Claim::sure);
  }

  void begin_finding(const Attributes& attributes) {
    is_open_ = true;
    has_failed_ = layout_->fails[0].empty();
    has_place_ = false;
    finding_depth_ = open_.size();
    values_ = {};
    take(attributes);
    class_name_ = attributes["classname"];
  }

  void begin_within(std::string_view element, const Attributes& attributes) {
    const bool fails = !element.empty() && std::ranges::find(layout_->fails, element) != layout_->fails.end();
    if (fails) {
      has_failed_ = true;
      is_weak_ = element == layout_->fails[0];
    }
    if (fails || (element == layout_->place && !has_place_)) take(attributes);
  }

  void take(const Attributes& attributes) {
    for (const auto key : {layout_->file[0], layout_->file[1], layout_->line, layout_->column, layout_->code,
                           layout_->name, layout_->message[0], layout_->message[1], layout_->severity})
      if (!key.empty() && attributes.has(key)) know(key, attributes[key]);
  }

  // The first value of each counts.
  void know(std::string_view key, std::string_view value) {
    const auto set = [&](std::string& known, bool is_it) {
      if (is_it && known.empty()) known = value.substr(0, longest_value);
    };
    set(values_.file, key == layout_->file[0] || (key == layout_->file[1] && !key.empty()));
    set(values_.line, key == layout_->line);
    set(values_.column, key == layout_->column);
    set(values_.code, key == layout_->code);
    set(values_.name, key == layout_->name);
    set(values_.message, key == layout_->message[0] || (key == layout_->message[1] && !key.empty()));
    set(values_.severity, key == layout_->severity);
  }

  void finish_finding() {
    if (!is_open_) return;
    is_open_ = false;
    const bool is_counted =
        std::ranges::find(layout_->weak_codes, std::string_view{values_.code}) == layout_->weak_codes.end() ||
        values_.code.empty();
    if (!has_failed_ || !is_counted) return tally_.clean(format());
    ++open_.back().told;
    add();
  }

  static const RuleDetail& how_of(const Format& teller) {
    static constexpr RuleDetail of_linter{.sure = true};
    static constexpr RuleDetail failed_test{.channel = json_channel, .sure = true};
    return teller.kind == Kind::test_failure ? failed_test : of_linter;
  }

  [[nodiscard]] const Format& format() const { return tool_ != nullptr ? *tool_ : *layout_->format; }

  void add() {
    Diagnostic found;
    found.file = values_.file.empty() ? std::string_view{heading_file_} : values_.file;
    found.line = number_of(values_.line);
    found.column = number_of(values_.column);
    found.message = values_.message.empty()
                        ? std::string_view{values_.body}.substr(0, values_.body.find('\n'))
                        : std::string_view{values_.message};
    found.severity = severity_of(values_.severity);
    found.code = values_.code;
    found.name = values_.name;
    const Format* named = tool_;
    if (format().kind != Kind::test_failure)
      complete_linters(found, named);
    else
      complete_test(found);
    const Format& teller = named == nullptr ? format() : *named;
    if (teller.severity != nullptr) found.severity = teller.severity(found.code);
    std::string normal;
    if (teller.normal_code != nullptr && teller.kind != Kind::test_failure) {
      teller.normal_code(found.code, normal);
      found.code = normal;
    }
    tally_.sure(teller);
    tally_.add(teller, found, how_of(teller), Claim::sure);
  }

  // A name is its class's; what is a path is no class.
  void complete_test(Diagnostic& found) {
    const auto slash = class_name_.rfind('/');
    const bool is_path = slash != std::string::npos && class_name_.find('.', slash) != std::string::npos;
    if (is_path && found.file.empty()) found.file = class_name_;
    if (found.code.empty()) found.code = is_weak_ ? "failed" : "error";
    if (is_path || class_name_.empty() || class_name_ == values_.name) return;
    code_ = class_name_ + '.' + values_.name;
    found.name = code_;
  }

  // Linters that write tests: a test for each finding, whose name is the code.
  void complete_linters(Diagnostic& found, const Format*& named) {
    if (!layout_->fails[0].empty()) {
      const auto id = word_behind(values_.body, "Test ID: ");
      found.severity = severity_of(word_behind(values_.body, "Severity: "));
      const bool is_said_weak = values_.body.find(", Warning - ") != std::string::npos;
      const bool is_weak_element = tool_ != nullptr && tool_->name == "oxlint" && is_weak_;
      if (is_said_weak || is_weak_element) found.severity = Severity::warning;
      found.code = id.empty() ? std::string_view{values_.name} : id;
      found.name = {};
      if (found.file.empty())
        found.file = class_name_.find('/') != std::string::npos || class_name_.find('.') != std::string::npos
                         ? class_name_
                         : heading_name_;
      if (found.line == 0) found.line = number_of(word_behind(values_.body, "line "));
      // bandit: "Location lib/a.py:12"
      const auto location = word_behind(values_.body, "Location ");
      if (found.line == 0) found.line = number_of(location.substr(location.rfind(':') + 1));
    }
    auto told = tool_code_of(found.code);
    if (told.tool == nullptr) told = tool_by_form(found.code);
    if (told.tool == nullptr || !index_.reads(*told.tool)) return;
    found.code = told.code;
    if (named == nullptr) named = told.tool;
    code_ = std::string{told.code};
    if (!layout_->fails[0].empty() && named->name == "biome") std::ranges::replace(code_, '.', '/');
    found.code = code_;
  }

  store::XmlReader reader_;
  const RuleIndex& index_;
  Tally& tally_;
  const XmlLayout* layout_ = nullptr;
  const Format* tool_ = nullptr;
  bool is_foreign_ = false;
  std::vector<Element> open_;
  std::string heading_file_, heading_name_, class_name_, text_, code_;
  bool is_open_ = false, has_failed_ = false, has_place_ = false, is_weak_ = false;
  std::size_t finding_depth_ = 0;
  Values values_;
};

XmlFindings::XmlFindings(const RuleIndex& index, Tally& tally) : index_{index}, tally_{tally} {}
XmlFindings::~XmlFindings() = default;

bool XmlFindings::could_begin(std::string_view line) {
  constexpr std::array<std::string_view, 2> before{"<?xml ", "<!DOCTYPE "};
  for (const auto beginning : before)
    if (line.starts_with(beginning)) return true;
  if (!line.starts_with('<')) return false;
  return std::ranges::any_of(xml_layouts(), [&](const XmlLayout& layout) {
    return line.substr(1).starts_with(layout.root) &&
           (line.size() == layout.root.size() + 1 || line[layout.root.size() + 1] == ' ' ||
            line[layout.root.size() + 1] == '>');
  });
}

void XmlFindings::begin() {
  if (!report_) report_ = std::make_unique<Report>(index_, tally_);
  report_->start();
  text_.clear();
  active_ = true;
}

void XmlFindings::feed(std::string_view text) {
  if (!report_->is_understood()) text_ += text;
  const auto status = report_->feed(text);
  if (report_->is_understood()) text_ = {};
  if (status != store::XmlReader::Status::more || report_->is_foreign()) active_ = false;
}

std::string XmlFindings::end() {
  active_ = false;
  report_->stop();
  return std::exchange(text_, {});
}

}  // namespace longhaul::diag
