#include "diag/code_names.hpp"

#include <algorithm>
#include <iterator>

#include "base/ascii.hpp"

namespace longhaul::diag {
namespace {

struct CodeName {
  std::string_view code, name;
};

// pyflakes and pycodestyle, which ruff and flake8 share. Sorted by code.
constexpr CodeName python_codes[] = {
    {"B006", "mutable default argument"},
    {"B007", "unused loop variable"},
    {"B008", "call in default argument"},
    {"B904", "raise without from"},
    {"C901", "too complex"},
    {"E101", "mixed spaces and tabs"},
    {"E111", "bad indentation"},
    {"E127", "continuation over-indented"},
    {"E128", "continuation under-indented"},
    {"E201", "whitespace after bracket"},
    {"E202", "whitespace before bracket"},
    {"E203", "whitespace before punctuation"},
    {"E225", "missing whitespace around operator"},
    {"E231", "missing whitespace after punctuation"},
    {"E251", "spaces around keyword equals"},
    {"E261", "spaces before inline comment"},
    {"E265", "block comment format"},
    {"E301", "blank lines"},
    {"E302", "blank lines before definition"},
    {"E303", "too many blank lines"},
    {"E305", "blank lines after definition"},
    {"E401", "multiple imports on one line"},
    {"E402", "import not at top"},
    {"E501", "line too long"},
    {"E701", "multiple statements on one line"},
    {"E702", "multiple statements on one line"},
    {"E703", "useless semicolon"},
    {"E711", "comparison to None"},
    {"E712", "comparison to bool"},
    {"E713", "not in test"},
    {"E714", "is not test"},
    {"E721", "type comparison"},
    {"E722", "bare except"},
    {"E731", "lambda assignment"},
    {"E741", "ambiguous name"},
    {"E902", "file not readable"},
    {"E999", "syntax error"},
    {"F401", "unused import"},
    {"F403", "star import"},
    {"F405", "name from star import"},
    {"F507", "format argument count"},
    {"F541", "f-string without placeholders"},
    {"F601", "duplicate key"},
    {"F632", "is with literal"},
    {"F811", "redefinition"},
    {"F821", "undefined name"},
    {"F822", "undefined export"},
    {"F823", "used before assignment"},
    {"F841", "unused variable"},
    {"I001", "unsorted imports"},
    {"W191", "tab indentation"},
    {"W291", "trailing whitespace"},
    {"W292", "no newline at end of file"},
    {"W293", "whitespace on blank line"},
    {"W391", "blank line at end of file"},
    {"W503", "line break before operator"},
    {"W504", "line break after operator"},
    {"W605", "invalid escape sequence"},
};

static_assert(std::ranges::is_sorted(python_codes, {}, &CodeName::code));

}  // namespace

std::string_view code_name(std::string_view tool, std::string_view code) {
  if (tool != "ruff" && tool != "flake8") return {};
  const auto* found =
      std::lower_bound(std::begin(python_codes), std::end(python_codes), code,
                       [](const CodeName& known, std::string_view wanted) { return known.code < wanted; });
  return found != std::end(python_codes) && found->code == code ? found->name : std::string_view{};
}

bool code_explains_itself(std::string_view code) {
  if (code == "error" || code == "warning" || code == "failed") return false;
  const auto letters = std::count_if(code.begin(), code.end(), core::is_letter);
  const bool number_ends_it = !code.empty() && core::is_digit(code.back());
  return letters >= 4 && !number_ends_it;
}

}  // namespace longhaul::diag
