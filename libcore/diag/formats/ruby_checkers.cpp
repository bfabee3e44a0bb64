// What checks Ruby beside rubocop: reek, fasterer, brakeman, sorbet, and the linters of its templates.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// Below the name of a file.
enum : State { smells = 1 };

constexpr Rule reek_rules[] = {
    {Act::heading, "{file} -- {number} warning{?s}:", {.then = smells, .sure = true}},
    {Act::item,
     "  [{line}{rest}]:{code:slug}: {message} [https://github.com/troessner/reek/{rest}]",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "  {file}:{line}: {code:slug}: {message} [https://github.com/troessner/reek/{rest}]",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "  [{line}{rest}]:{code:slug}: {message}", {.when = smells, .severity = Severity::warning}},
    {Act::item, "  {file}:{line}: {code:slug}: {message}", {.when = smells, .severity = Severity::warning}},
    {Act::tally, "{warnings} total warning{?s}", {.then = 0, .sure = true}},
    {Act::noise, "Inspecting {number} file(s):", {.sure = true}},
};

Claim claimed_by_reek(const Fields& found) {
  const bool is_smell = !found.code.empty() && found.code.find_first_of("-/@._") == std::string_view::npos;
  return is_smell && (found.file.empty() || found.file.ends_with(".rb")) ? Claim::maybe : Claim::no;
}

// fasterer's own total counts files and kinds.
Claim claimed_by_fasterer(const Fields& found) {
  const bool compares = found.message.find(" is slower than ") != std::string_view::npos ||
                        found.message.starts_with("Don't rescue NoMethodError");
  return found.file.ends_with(".rb") && compares ? Claim::sure : Claim::no;
}

constexpr Rule fasterer_rules[] = {
    {Act::item, "{file}:{line} {message}", {.severity = Severity::warning}},
    {Act::noise, "{number} file{?s} inspected, {number} offense{?s} detected", {.alone = true}},
};

constexpr Rule brakeman_rules[] = {
    {Act::open, "Confidence: {rest}", {.severity = Severity::warning, .sure = true, .next = "Category: "}},
    {Act::more, "Check: {code:slug}"},
    {Act::more, "Message: {message}"},
    {Act::place, "File: {file}"},
    {Act::more, "Line: {line}"},
    {Act::quote, "Category: {rest}", {.alone = true}},
    {Act::quote, "Code: {rest}", {.alone = true}},
    {Act::noise, "== Brakeman Report ==", {.sure = true}},
    // --format tabs
    {Act::item, "{file}\t{line}\t{message}\tHigh", {.severity = Severity::warning, .sure = true}},
    {Act::item, "{file}\t{line}\t{message}\tMedium", {.severity = Severity::warning, .sure = true}},
    {Act::item, "{file}\t{line}\t{message}\tWeak", {.severity = Severity::warning, .sure = true}},
};

constexpr Rule sorbet_rules[] = {
    {Act::item, "{file}:{line}: {message} https://srb.help/{code:9}", {.sure = true}},
    {Act::tally, "Errors: {errors}", {.alone = true}},
    {Act::clean, "No errors! Great job.", {.sure = true}},
};

Claim claimed_by_haml_lint(const Fields& found) {
  return found.file.ends_with(".haml") ? Claim::sure : Claim::no;
}

Claim claimed_by_slim_lint(const Fields& found) {
  return found.file.ends_with(".slim") ? Claim::sure : Claim::no;
}

constexpr Rule template_rules[] = {
    {Act::item, "{file}:{line} [W] {code:slug}: {message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line} [E] {code:slug}: {message}"},
    {Act::item, "{file}:{line} [E] {message}"},
    {Act::tally, "{number} file{?s} inspected, {total} lint{?s} detected", {.alone = true}},
};

// minitest's run; behind a number and a kind the test's name, then any text. Rails leaves the number out.
enum : State { running = 1, failure = 2, error = 3, failed = 4, raised = 5 };

constexpr Rule minitest_rules[] = {
    {Act::section, "# Running:", {.then = running, .sure = true, .owes = true}},
    {Act::section, "  {number}) Failure:", {.when = running, .then = failure}},
    {Act::section, "  {number}) Failure:", {.when = failed, .then = failure}},
    {Act::section, "  {number}) Failure:", {.when = raised, .then = failure}},
    {Act::section, "Failure:", {.when = running, .then = failure}},
    {Act::section, "Failure:", {.when = failed, .then = failure}},
    {Act::section, "Failure:", {.when = raised, .then = failure}},
    {Act::section, "  {number}) Error:", {.when = running, .then = error}},
    {Act::section, "  {number}) Error:", {.when = failed, .then = error}},
    {Act::section, "  {number}) Error:", {.when = raised, .then = error}},
    {Act::section, "Error:", {.when = running, .then = error}},
    {Act::section, "Error:", {.when = failed, .then = error}},
    {Act::section, "Error:", {.when = raised, .then = error}},
    {Act::item, "{name} [{file}:{line}]:", {.when = failure, .then = failed, .code = "failed"}},
    {Act::item, "{name}:", {.when = error, .then = raised, .suite = true, .code = "error"}},
    {Act::more, "{code:lint}: {message}", {.when = raised}},
    {Act::place, "    {file}:{line}:in {rest}", {.when = raised}},
    {Act::tally, "{number} runs, {number} assertions, {counts}", {.then = 0, .sure = true}},
};

}  // namespace

constinit const Format reek{
    .name = "reek",
    .kind = Kind::linter,
    .title = "reek: default, --single-line",
    .fix = {},
    .rerun = "reek {paths}",
    .rules = reek_rules,
    .claim = claimed_by_reek,
};

constinit const Format fasterer{
    .name = "fasterer",
    .kind = Kind::linter,
    .title = "fasterer: default",
    .fix = {},
    .rerun = "fasterer {paths}",
    .rules = fasterer_rules,
    .claim = claimed_by_fasterer,
};

constinit const Format brakeman{
    .name = "brakeman",
    .kind = Kind::linter,
    .title = "brakeman: text, tabs",
    .fix = {},
    .rerun = "brakeman",
    .rules = brakeman_rules,
};

constinit const Format sorbet{
    .name = "sorbet",
    .kind = Kind::typecheck,
    .title = "sorbet: srb tc",
    .fix = {},
    .rerun = "srb tc",
    .rules = sorbet_rules,
    .quote_indent = 2,
};

constinit const Format haml_lint{
    .name = "haml-lint",
    .kind = Kind::linter,
    .title = "haml-lint: default",
    .fix = {},
    .rerun = "haml-lint {paths}",
    .rules = template_rules,
    .claim = claimed_by_haml_lint,
};

constinit const Format slim_lint{
    .name = "slim-lint",
    .kind = Kind::linter,
    .title = "slim-lint: default",
    .fix = {},
    .rerun = "slim-lint {paths}",
    .rules = template_rules,
    .claim = claimed_by_slim_lint,
};

constinit const Format minitest{
    .name = "minitest",
    .kind = Kind::test_failure,
    .title = "minitest: default, --verbose, Rails",
    .fix = {},
    .rerun = {},
    .rules = minitest_rules,
    .loose = 1U << running | 1U << failed | 1U << raised,
    .joint = "#",
};

}  // namespace longhaul::diag::declared
