#include "patterns.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "errorformat.hpp"

namespace longhaul::errsum {
namespace {

enum Group { file, line, column, code, message, severity, rest };
constexpr std::array<std::string_view, 7> names{"file",    "line",     "column", "code",
                                                "message", "severity", "rest"};

std::uint32_t number_of(std::string_view text) {
  std::uint32_t number = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

diag::Severity severity_of(std::string_view word) {
  if (word.empty()) return diag::Severity::error;
  switch (core::lower(word.front())) {
    case 'w': return diag::Severity::warning;
    case 'i':
    case 'n':
    case 'h': return diag::Severity::note;
    default: return diag::Severity::error;
  }
}

}  // namespace

struct Patterns::Finding {
  std::array<std::string, names.size()> texts;
  char kind = 'E';  // of the errorformat that began it

  void tell(const Found& found, const std::vector<std::string>& files) const {
    diag::Diagnostic told;
    const bool is_by_letter = texts[severity].empty() && kind != 'A';
    told.severity = is_by_letter ? severity_of({&kind, 1}) : severity_of(texts[severity]);
    told.file = texts[file].empty() && !files.empty() ? std::string_view{files.back()} : texts[file];
    told.line = number_of(texts[line]);
    told.column = number_of(texts[column]);
    told.code = texts[code];
    told.message = texts[message];
    found(told);
  }
};

struct Patterns::Pattern {
  std::unique_ptr<re2::RE2> expression;
  std::array<int, names.size()> groups{};  // 0 for none
  char kind = 0;                           // the letter of an errorformat; 0 for none
  bool is_left_out = false, is_whole = false;
};

Patterns::Patterns() = default;
Patterns::~Patterns() = default;

bool Patterns::empty() const { return patterns_.empty(); }

void Patterns::add(std::string_view expression, std::string_view prefix, std::string_view shown,
                   std::string_view option) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  Pattern pattern{.expression = std::make_unique<re2::RE2>(expression, options)};
  if (!pattern.expression->ok())
    throw core::Error{option, "'" + std::string{shown} + "': " + pattern.expression->error()};
  for (const auto& [name, number] : pattern.expression->NamedCapturingGroups()) {
    const auto known = std::ranges::find(names, std::string_view{name});
    if (known == names.end())
      throw core::Error{option, "'" + std::string{shown} + "': the group '" + name +
                                    "' is none of file, line, column, code, message, severity"};
    pattern.groups[static_cast<std::size_t>(known - names.begin())] = number;
  }
  pattern.is_left_out = prefix.starts_with('-');
  pattern.is_whole = prefix.starts_with('+');
  if (!prefix.empty()) pattern.kind = prefix.back();
  patterns_.push_back(std::move(pattern));
}

void Patterns::add_expression(std::string_view expression, std::string_view option) {
  if (expression.empty()) throw core::Error{option, "is empty"};
  add(expression, {}, expression, option);
}

void Patterns::add_file(const std::string& path) {
  std::ifstream input{path};
  if (!input) throw core::Error{path, core::reason_of(errno)};
  std::string text;
  while (std::getline(input, text)) {
    if (text.ends_with('\r')) text.pop_back();
    if (!text.empty() && !text.starts_with('#')) add_expression(text, path);
  }
  if (input.bad()) throw core::Error{path, core::reason_of(errno)};
}

void Patterns::add_errorformat(std::string_view formats) {
  constexpr std::string_view option = "--errorformat";
  try {
    for (const auto& format : parse_errorformats(formats))
      add(format.expression, format.prefix, format.shown, option);
  } catch (const core::Error& error) {
    if (error.subject == option) throw;
    throw core::Error{option, "'" + error.subject + "': " + error.reason};
  }
}

bool Patterns::take(std::string_view text, const Found& found) {
  for (const auto& pattern : patterns_)
    if (apply(pattern, text, found)) return true;
  end_finding(found);
  return false;
}

void Patterns::finish(const Found& found) { end_finding(found); }

void Patterns::end_finding(const Found& found) {
  if (!open_) return;
  open_->tell(found, files_);
  open_.reset();
}

bool Patterns::apply(const Pattern& pattern, std::string_view text, const Found& found) {
  constexpr std::string_view goes_on = "CZ";
  const bool is_more = pattern.kind != 0 && goes_on.find(pattern.kind) != std::string_view::npos;
  if (is_more && !open_) return false;
  std::array<re2::StringPiece, 16> matched;
  const int groups =
      std::min<int>(pattern.expression->NumberOfCapturingGroups() + 1, static_cast<int>(matched.size()));
  if (!pattern.expression->Match(text, 0, text.size(), re2::RE2::UNANCHORED, matched.data(), groups))
    return false;
  Finding told{.texts = {}};
  for (std::size_t group = 0; group < names.size(); ++group) {
    const auto number = static_cast<std::size_t>(pattern.groups[group]);
    if (number != 0 && number < matched.size() && matched[number].data() != nullptr)
      told.texts[group].assign(matched[number].data(), matched[number].size());
  }
  if (pattern.is_whole || (pattern.kind == 0 && told.texts[message].empty())) told.texts[message] = text;
  if (pattern.is_left_out && !is_more) {
    end_finding(found);
    return true;
  }
  switch (pattern.kind) {
    case 'E':
    case 'W':
    case 'I':
    case 'N':
    case 'A':
      end_finding(found);
      told.kind = pattern.kind;
      open_ = std::make_unique<Finding>(std::move(told));
      break;
    case 'C':
    case 'Z':
      for (std::size_t group = 0; group < names.size() && !pattern.is_left_out; ++group) {
        auto& known = open_->texts[group];
        if (known.empty())
          known = told.texts[group];
        else if (group == message && !told.texts[group].empty())
          known += ' ' + told.texts[group];
      }
      if (pattern.kind == 'Z') end_finding(found);
      break;
    case 'P': files_.push_back(told.texts[file]); break;
    case 'Q':
      if (!files_.empty()) files_.pop_back();
      break;
    case 'D':
    case 'X':
    case 'O': break;
    default: end_finding(found); told.tell(found, files_);
  }
  return true;
}

}  // namespace longhaul::errsum
