// Linters of shell scripts and of data: shellcheck, yamllint, hadolint, actionlint, markdownlint.
#include "base/ascii.hpp"
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

Claim claimed_by_shellcheck(const Fields& found) {
  return found.code.starts_with("SC") ? Claim::sure : Claim::no;
}

// Behind a heading stands a line of source, then the marks with what is wrong; behind an offer a better line.
enum : State { source = 1, marks = 2, offer = 3 };

void shellcheck_code(std::string_view code, std::string& normal) {
  normal = code.empty() || !core::is_digit(code.front()) ? "" : "SC";
  normal += code;
}

constexpr Rule shellcheck_rules[] = {
    {Act::heading, "In {file:any} line {line}:", {.then = source, .sure = true}},
    {Act::item, "{~}^{rest} {code:A9} (error): {message}"},
    {Act::item, "{~}^{rest} {code:A9} (warning): {message}", {.severity = Severity::warning}},
    {Act::item, "{~}^{rest} {code:A9} (info): {message}", {.severity = Severity::warning}},
    {Act::item, "{~}^{rest} {code:A9} (style): {message}", {.severity = Severity::warning}},
    // before 0.8 without a severity
    {Act::item, "{~}^{rest} {code:A9}: {message}"},
    {Act::more, "{fix:Did you mean:}", {.when = marks, .then = offer}},
    {Act::quote, "{rest}", {.when = source, .then = marks}},
    {Act::quote, "{rest}", {.when = offer, .then = marks}},
    {Act::noise, "For more information:", {.then = 0, .alone = true}},
    {Act::noise, "  https://www.shellcheck.net/wiki/{rest}"},
    // --format=gcc
    {Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:A9}]"},
    {Act::item, "{file:any}:{line}:{column}: {severity}: {message} [SC{code:9}]", {.sure = true}},
    {Act::item,
     "{file}: {file}: openBinaryFile: does not exist (No such file or directory)",
     {.code = "file not found"}},
};

Claim claimed_by_hadolint(const Fields& found) {
  return found.code.starts_with("DL") || found.code.starts_with("SC") ? Claim::sure : Claim::no;
}

constexpr Rule hadolint_rules[] = {
    {Act::item, "{file}:{line} {code:A9} {severity}: {message}"},
    {Act::item, "{file}:{line} {code:A9} {message}"},
    {Act::item, "{file}:{line}:{column} {message:unexpected }", {.code = "syntax error"}},
};

constexpr Rule yamllint_rules[] = {
    {Act::item, "  {line}:{column}{ }{severity}{ }{message}{ }({code:slug})", {.sure = true}},
    {Act::item, "{file}:{line}:{column}: [{severity}] {message} ({code:slug})", {.sure = true}},
    {Act::item, "{file:any}:{line}:{column}: [{severity}] {message} ({code:slug})", {.sure = true}},
    {Act::item,
     "::{severity} file={file:any},line={line},col={column}::{number}:{number} [{code:slug}] {message}",
     {.sure = true}},
    {Act::item,
     "::{severity} file={file:any},line={line},col={column}::{number}:{number} {message} ({code:slug})",
     {.sure = true}},
    {Act::noise, "::group::{rest}"},
    {Act::noise, "::endgroup::"},
    {Act::heading, "stdin"},
};

bool is_yaml(std::string_view file) { return file.ends_with(".yml") || file.ends_with(".yaml"); }

Claim claimed_by_actionlint(const Fields& found) { return is_yaml(found.file) ? Claim::sure : Claim::no; }

constexpr Rule actionlint_rules[] = {
    {Act::item, "{file}:{line}:{column}: {message} [{code:slug}]"},
};

Claim claimed_by_markdownlint(const Fields& found) {
  return found.code.starts_with("MD") && found.code.size() >= 5 && found.code[2] >= '0' &&
                 found.code[2] <= '9'
             ? Claim::sure
             : Claim::no;
}

// "MD041/first-line-heading/first-line-h1"
void first_name(std::string_view code, std::string& normal) { normal = code.substr(0, code.find('/')); }

constexpr Rule markdownlint_rules[] = {
    {Act::item, "{file}:{line}:{column} {severity} {code:slug} {message}"},
    {Act::item, "{file}:{line} {severity} {code:slug} {message}"},
    {Act::item, "{file}:{line}:{column} {code:slug} {message}"},
    {Act::item, "{file}:{line} {code:slug} {message}"},
    {Act::noise, "markdownlint-cli2 v{rest}", {.sure = true}},
    {Act::noise, "Finding: {rest}", {.alone = true}},
    {Act::noise, "Linting: {number} file(s)"},
    {Act::clean, "Summary: 0 error(s)", {.sure = true}},
    {Act::noise, "Summary: {number} error(s)", {.sure = true}},
};

constexpr Rule codespell_rules[] = {
    {Act::item, "{file}:{line}: {message} ==> {rest}, {rest}", {.sure = true}},
    {Act::item, "{file}:{line}: {message} ==> {rest}", {.fixable = true, .sure = true}},
    {Act::noise, "WARNING: Decoding file using encoding={rest} failed: {rest}", {.sure = true}},
    {Act::noise, "WARNING: Trying next encoding {rest}", {.sure = true}},
};

// Where a finding is stands below it.
enum : State { found = 1 };

constexpr Rule ansible_lint_rules[] = {
    {Act::noise, "WARNING  Listing {number} violation(s) that are fatal", {.sure = true}},
    {Act::item, "{file}:{line}: {code:rule}: {message} (warning)", {.severity = Severity::warning}},
    {Act::item, "{file}:{line}: {code:rule}: {message}"},
    // before 5.0
    {Act::item, "{file}:{line}: [{code:A9}] {message}"},
    {Act::open,
     "{code:rule}: {message} (warning)",
     {.then = found, .severity = Severity::warning, .before_place = true}},
    {Act::open, "{code:rule}: {message}", {.then = found, .before_place = true}},
    {Act::place, "{file}:{line} {rest}", {.when = found, .then = 0}},
    {Act::place, "{file}:{line}", {.when = found, .then = 0}},
    {Act::noise,
     "Read documentation for instructions on how to ignore specific rule violations.",
     {.sure = true}},
    {Act::tally,
     "Failed after {rest} profile: {errors} failure(s), {warnings} warning(s) on {number} files.",
     {.sure = true}},
    {Act::tally, "Failed: {errors} failure(s), {warnings} warning(s) on {number} files.", {.sure = true}},
    {Act::clean, "Passed with {rest} profile: {rest}", {.sure = true}},
};

Claim claimed_by_ansible_lint(const Fields& found) {
  if (found.file.empty()) return Claim::maybe;
  return is_yaml(found.file) ? Claim::maybe : Claim::no;
}

}  // namespace

constinit const Format codespell{
    .name = "codespell",
    .kind = Kind::linter,
    .title = "codespell: default",
    .fix = "codespell -w {paths}",
    .rerun = "codespell {paths}",
    .rules = codespell_rules,
};

constinit const Format ansible_lint{
    .name = "ansible-lint",
    .kind = Kind::linter,
    .title = "ansible-lint: default, --parseable",
    .fix = "ansible-lint --write {paths}",
    .rerun = "ansible-lint",
    .rules = ansible_lint_rules,
    .claim = claimed_by_ansible_lint,
    .reads_file = is_yaml,
};

constinit const Format shellcheck{
    .name = "shellcheck",
    .kind = Kind::linter,
    .title = "shellcheck: tty, gcc, json, json1",
    .fix = "shellcheck -f diff {paths} | git apply",
    .rerun = "shellcheck {paths}",
    .rules = shellcheck_rules,
    .claim = claimed_by_shellcheck,
    .normal_code = shellcheck_code,
    .counts_notes = true,
};

constinit const Format hadolint{
    .name = "hadolint",
    .kind = Kind::linter,
    .title = "hadolint: tty",
    .fix = {},
    .rerun = "hadolint {paths}",
    .rules = hadolint_rules,
    .claim = claimed_by_hadolint,
    .counts_notes = true,
};

constinit const Format yamllint{
    .name = "yamllint",
    .kind = Kind::linter,
    .title = "yamllint: standard, colored, parsable, github",
    .fix = {},
    .rerun = "yamllint {paths}",
    .rules = yamllint_rules,
};

constinit const Format actionlint{
    .name = "actionlint",
    .kind = Kind::linter,
    .title = "actionlint: default",
    .fix = {},
    .rerun = "actionlint",
    .rules = actionlint_rules,
    .claim = claimed_by_actionlint,
    .gutter = true,
};

constinit const Format markdownlint{
    .name = "markdownlint",
    .kind = Kind::linter,
    .title = "markdownlint-cli and markdownlint-cli2: default, json",
    .fix = "npx markdownlint --fix {paths}",
    .rerun = "npx markdownlint {paths}",
    .rules = markdownlint_rules,
    .claim = claimed_by_markdownlint,
    .normal_code = first_name,
};

}  // namespace longhaul::diag::declared
