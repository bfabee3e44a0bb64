// ruff, flake8 and pylint.
#include <algorithm>
#include <array>

#include "diag/formats/declared.hpp"
#include "diag/tally.hpp"

#include "base/ascii.hpp"

namespace longhaul::diag::declared {
namespace {

using core::is_lower;

template <std::size_t n>
bool begins_with_one_of(std::string_view text, const std::array<std::string_view, n>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view p) { return text.starts_with(p); });
}

// Prefixes of rules that only ruff has, or spells so.
constexpr std::array<std::string_view, 14> ruff_only{"RUF",  "UP",   "PLR",  "PLC",           "PLE",
                                                     "PLW",  "FURB", "PERF", "AIR",           "NPY",
                                                     "FAST", "PGH",  "TRY",  "invalid-syntax"};

bool is_pycodestyle(std::string_view code) {
  return code.size() >= 4 && (code[0] == 'E' || code[0] == 'W' || code[0] == 'F') && code[1] >= '0' &&
         code[1] <= '9';
}

// Others print places as ruff does: rustc, and what is modelled on it.
bool read_by_ruff(std::string_view file) {
  if (file.ends_with(".py")) return true;
  const std::size_t dot = file.rfind('.');
  const std::size_t slash = file.rfind('/');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return true;
  constexpr std::array<std::string_view, 4> endings{"pyi", "pyw", "ipynb", "toml"};
  return std::ranges::find(endings, file.substr(dot + 1)) != endings.end();
}

// F401, or with --preview a rule's name: unused-import
bool is_ruff_code(std::string_view code) {
  if (code.empty() || !is_lower(code.front())) return code.empty() || core::is_digit(code.back());
  return code.find('-') != std::string_view::npos && code.find('.') == std::string_view::npos;
}

// "SyntaxError: Expected an expression" is an older ruff's. Python's own words, which flake8 passes on, begin
// small, but those of ruff's tokenizer do, too.
Claim claimed_trouble(std::string_view message) {
  constexpr std::string_view syntax = "SyntaxError: ";
  if (!message.starts_with(syntax) || message.size() == syntax.size()) return Claim::no;
  message.remove_prefix(syntax.size());
  constexpr std::array<std::string_view, 2> small{"missing closing quote", "invalid syntax. Got"};
  return core::is_upper(message.front()) || begins_with_one_of(message, small) ? Claim::maybe : Claim::no;
}

// ruff quotes names in backticks and begins its own messages with a capital; flake8 does neither.
Claim claimed_by_ruff(const Fields& found) {
  if (!is_ruff_code(found.code)) return Claim::no;
  const std::string_view message = found.message.empty() ? found.name : found.message;
  if (found.fix || message.find('`') != std::string_view::npos || begins_with_one_of(found.code, ruff_only))
    return Claim::sure;
  if (is_pycodestyle(found.code) && !message.empty()) {
    if (message.ends_with(")") && message.find("(os error ") != std::string_view::npos) return Claim::sure;
    if (found.code.starts_with("E90") || found.code == "E999") return claimed_trouble(message);
    return is_lower(message[0]) || message[0] == '\'' ? Claim::no : Claim::sure;
  }
  return Claim::maybe;
}

Claim claimed_by_flake8(const Fields& found) {
  const Claim ruff = claimed_by_ruff(found);
  if (ruff == Claim::sure) return Claim::no;
  return ruff == Claim::no ? Claim::sure : Claim::maybe;
}

void ruff_code(std::string_view code, std::string& normal) {
  normal = code.empty() || code == "SyntaxError" ? "invalid-syntax" : code;
}

// C, R and W are a matter of taste to pylint, E and F are errors, I is information.
Severity pylint_severity(std::string_view code) {
  switch (code.empty() ? 'E' : code.front()) {
    case 'C':
    case 'R':
    case 'W': return Severity::warning;
    case 'I': return Severity::note;
    default: return Severity::error;
  }
}

// flake8 hardly ever finds only what pycodestyle does.
const Format* flake8_or_pycodestyle(std::span<const Group> groups) {
  const auto is_pycodestyles = [](const Group& group) {
    const std::string_view code = group.code;
    return code.size() == 4 && (code[0] == 'E' || code[0] == 'W') && code != "E999" && code != "E902";
  };
  return std::ranges::all_of(groups, is_pycodestyles) ? &pycodestyle : &flake8;
}

enum : State { found = 1, statistics = 2 };

constexpr Rule ruff_rules[] = {
    {Act::quote, "help: {rest}"},
    // ruff check --output-format=full, since 0.12; with --preview names and severities
    {Act::open, "{code:A9} {fix:[*] }{?[-] }{message}"},
    {Act::open, "invalid-syntax: {message}", {.code = "invalid-syntax", .sure = true}},
    {Act::open, "{code:slug}: {fix:[*] }{message}"},
    {Act::open, "{severity}[{code:slug}]{fix:[*]}: {message}"},
    {Act::place, "{~}--> {file}:{line}:{column}"},
    {Act::place, "{~}--> {file}"},
    {Act::quote, "{ }::: {rest}"},
    // concise, and full before 0.12
    {Act::item, "{file}:{line}:{column}: {code:A9} {fix:[*] }{?[-] }{message}"},
    {Act::item, "{file}:{line}:{column}: SyntaxError: {message}", {.code = "invalid-syntax"}},
    {Act::item,
     "{file}:{line}:{column}: invalid-syntax: {message}",
     {.code = "invalid-syntax", .sure = true}},
    {Act::item, "{file}:{line}:{column}: {code:slug}: {fix:[*] }{message}"},
    {Act::item, "{file}:{line}:{column}: {severity}[{code:slug}] {fix:[*] }{message}"},
    {Act::quote, "{ }= help: {rest}"},
    // grouped, under the file's name
    {Act::item, "  {~}{?cell }{~}{line}:{column}{ }{code:A9} {fix:[*] }{?[-] }{message}"},
    {Act::item, "  {~}cell {number}:{line}:{column}{ }{code:A9} {fix:[*] }{?[-] }{message}"},
    {Act::item, "  {~}{line}:{column}{ }SyntaxError: {message}", {.code = "invalid-syntax"}},
    {Act::item, "  {~}{line}:{column}{ }invalid-syntax: {message}", {.code = "invalid-syntax", .sure = true}},
    // github, azure, pylint
    {Act::item,
     "::{severity} title=Ruff ({code:slug}),file={file},line={line},col={column}{?,}{rest}::{message}",
     {.sure = true}},
    {Act::item,
     "::{severity} title=ruff ({code:slug}),file={file},line={line},col={column}{?,}{rest}::{message}",
     {.sure = true}},
    {Act::item,
     "::{severity} title=Ruff{rest},file={file},line={line},col={column}{?,}{rest}::{message}",
     {.code = "invalid-syntax", .sure = true}},
    {Act::item,
     "::{severity} title=ruff{rest},file={file},line={line},col={column}{?,}{rest}::{message}",
     {.code = "invalid-syntax", .sure = true}},
    {Act::item,
     "##vso[task.logissue "
     "type=error;sourcepath={file};linenumber={line};columnnumber={column};code={code:slug};]{message}",
     {.sure = true}},
    {Act::item,
     "##vso[task.logissue "
     "type=error;sourcepath={file};linenumber={line};columnnumber={column};{rest}]{message}",
     {.code = "invalid-syntax", .sure = true}},
    {Act::item, "{file}:{line}: [{code:A9}] {message}"},
    {Act::item, "{file}:{line}: [invalid-syntax] {message}", {.code = "invalid-syntax", .sure = true}},
    {Act::item, "{file}:{line}: SyntaxError: {message}", {.code = "invalid-syntax"}},
    {Act::item,
     "error: Failed to parse {file}:{line}:{column}: {message}",
     {.code = "invalid-syntax", .sure = true}},
    // --statistics
    {Act::item, "{~}{count}\t{code:A9}{ }{fix:[*] }{?[ ] }{?[-] }{name}", {.channel = 1, .sure = true}},
    {Act::item,
     "{~}{count}\t{ }{fix:[*] }{?[ ] }{?[-] }{name}",
     {.channel = 1, .code = "invalid-syntax", .sure = true}},
    // ruff format --check
    {Act::item, "Would reformat: {file}", {.code = "unformatted", .sure = true}},
    {Act::open, "unformatted: {message}", {.code = "unformatted", .sure = true}},
    {Act::noise, "{number} file would be reformatted{rest}"},
    {Act::noise, "{number} files would be reformatted{rest}"},
    {Act::clean, "{number} file already formatted"},
    {Act::clean, "{number} files already formatted"},
    {Act::clean, "All checks passed!"},
    {Act::clean, "{number} file reformatted{rest}"},
    {Act::clean, "{number} files reformatted{rest}"},
    {Act::clean, "{number} file left unchanged"},
    {Act::clean, "{number} files left unchanged"},
    {Act::tally, "Found {total} error."},
    {Act::tally, "Found {total} errors."},
    {Act::tally, "Found {number} error ({number} fixed, {total} remaining)."},
    {Act::tally, "Found {number} errors ({number} fixed, {total} remaining)."},
    {Act::tally, "[*] {fixable} fixable with {rest}", {.sure = true}},
    {Act::noise, "No fixes available ({number} hidden {rest}"},
    {Act::noise, "{number} hidden fix{rest}"},
    {Act::noise, "warning: Invalid `# {rest}"},
    {Act::noise, "warning: `{rest}) and `{rest}` are incompatible{rest}"},
    {Act::noise, "warning: No Python files found under the given path(s){rest}"},
    {Act::noise, "warning: The top-level linter settings are deprecated{rest}"},
};

constexpr Rule flake8_rules[] = {
    {Act::item, "{file}:{line}:{column}: {code:A9} {message}", {.then = found}},
    {Act::item, "{file}:{line}:{column}: [{code:A9}] {message}", {.then = found}},
    {Act::item, "{file}:{line}: [{code:A9}] {message}", {.then = found}},
    {Act::item, "{file}:{line}: {code:A9} {message}", {.then = found}},
    {Act::item, "::{severity} file={file},line={line},col={column}::{code:A9} {message}", {.then = found}},
    {Act::item, "{count}{ }{code:A9} {message}", {.then = statistics, .channel = 1}},
    // --count: a number alone says nothing but right behind findings
    {Act::tally, "{total}", {.when = found, .then = 0, .alone = true}},
    {Act::tally, "{total}", {.when = statistics, .then = 0, .alone = true}},
    {Act::clean, "0", {.last = true}},
    {Act::noise, "There was a critical error during execution of Flake8:", {.sure = true}},
};

constexpr Rule pylint_rules[] = {
    {Act::section, "************* Module {rest}", {.sure = true}},
    {Act::item, "{file}:{line}:{column}: {code:A9}: {message} ({name:slug})"},
    {Act::item, "{file}:{line}:{column}: {code:A9}: {message}"},
    {Act::item, "{file}:{line}: [{code:A9}({name:slug}), {rest}] {message}"},
    {Act::item, "{file}:{line}:{column}: C: {message} ({name:slug})", {.code = "C"}},
    {Act::item, "{file}:{line}:{column}: R: {message} ({name:slug})", {.code = "R"}},
    {Act::item, "{file}:{line}:{column}: W: {message} ({name:slug})", {.code = "W"}},
    {Act::item, "{file}:{line}:{column}: E: {message} ({name:slug})", {.code = "E"}},
    {Act::item, "{file}:{line}:{column}: F: {message} ({name:slug})", {.code = "F"}},
    {Act::item, "{file}:{line}: [{code:A9}({name:slug})] {message}"},
    {Act::item, "{file}({line}): [{code:A9}({name:slug}){rest}] {message}"},
    {Act::item, "::{rest} file={file},line={line},col={column}::{code:A9}: {message} ({name:slug})"},
    {Act::item, "::{severity} file={file},line={line},{rest},title={code:A9}::{message}"},
    {Act::more, "=={message}"},
    {Act::more, " ({name:slug})"},
    {Act::clean, "Your code has been rated at {rest}"},
    {Act::noise, "{*:-}{?-}"},
};

}  // namespace

constinit const Format ruff{
    .name = "ruff",
    .kind = Kind::linter,
    .title = "ruff check: full (present and older), concise, grouped, github, azure, pylint, gitlab, json, "
             "statistics; ruff format --check",
    .fix = "ruff check --fix {paths}",
    .rerun = "ruff check {paths}",
    .rules = ruff_rules,
    .family = Family::python_lines,
    .claim = claimed_by_ruff,
    .normal_code = ruff_code,
    .reads_file = read_by_ruff,
    .quote_indent = 0,
    .gutter = true,
};

constinit const Format flake8{
    .name = "flake8",
    .kind = Kind::linter,
    .title = "flake8: default, pylint, --show-source, --statistics, --count",
    .fix = {},
    .rerun = "flake8 {paths}",
    .rules = flake8_rules,
    .family = Family::python_lines,
    .claim = claimed_by_flake8,
    .really = flake8_or_pycodestyle,
};

// Its lines are read as flake8's.
constinit const Format pycodestyle{
    .name = "pycodestyle",
    .kind = Kind::linter,
    .title = "pycodestyle: default, --show-source, --statistics",
    .fix = {},
    .rerun = "pycodestyle {paths}",
    .rules = {},
};

constinit const Format pylint{
    .name = "pylint",
    .kind = Kind::linter,
    .title = "pylint: text, colorized, parseable, msvs, json, json2",
    .fix = {},
    .rerun = "pylint {paths}",
    .rules = pylint_rules,
    .severity = pylint_severity,
};

}  // namespace longhaul::diag::declared
