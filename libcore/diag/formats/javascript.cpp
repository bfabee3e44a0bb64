// eslint and tsc.
#include "diag/formats/declared.hpp"
#include "diag/line_forms.hpp"

namespace longhaul::diag::declared {
namespace {

// After a finding without a rule: a message of several lines has it at the end of the last, and they may hold
// any text, source among it.
enum : State { codeless = 1, framed = 2, listed = 3 };

// yamllint's findings look the same, but for their rule in parentheses.
Claim claimed_by_eslint(const Fields& found) {
  return last_in_parentheses(found.message).empty() ? Claim::sure : Claim::no;
}

constexpr Rule eslint_rules[] = {
    // stylish, under the file's name
    {Act::item,
     "  {~}{line}:{column}  {~}{severity}  {~}{message}  {code:slug}",
     {.then = listed, .sure = true}},
    {Act::item, "  {~}{line}:{column}  {~}{severity}  {~}{message}", {.then = codeless}},
    {Act::tally,
     "✖ {total} problem{?s} ({errors} error{?s}, {warnings} warning{?s})",
     {.then = 0, .sure = true}},
    {Act::tally, "✖ {total} problem{?s}", {.then = 0, .sure = true}},
    {Act::more, "{message}  {code:slug}", {.when = codeless, .then = listed}},
    {Act::more, "{ }{code:slug}", {.when = codeless, .then = listed}},
    {Act::quote, "/{rest}:{number}:{number}", {.when = codeless}},
    {Act::heading, "/{rest}", {.when = codeless, .then = listed, .goes_on = true}},
    {Act::heading, "/{rest}", {.when = listed, .goes_on = true}},
    {Act::heading, "C:\\{rest}", {.when = codeless, .then = listed, .goes_on = true}},
    {Act::heading, "C:\\{rest}", {.when = listed, .goes_on = true}},
    {Act::heading, "D:\\{rest}", {.when = codeless, .then = listed, .goes_on = true}},
    {Act::heading, "D:\\{rest}", {.when = listed, .goes_on = true}},
    {Act::tally, "{~}{fixable} error{?s} and {fixable} warning{?s} potentially fixable with the {rest}"},
    // compact and unix
    {Act::item, "{file}: line {line}, col {column}, {severity} - {message} ({code:slug})", {.sure = true}},
    {Act::item, "{file}: line {line}, col {column}, {severity} - {message}", {.sure = true}},
    {Act::item,
     "{file}:{line}:{column}: {message} [Error/{code:slug}]",
     {.severity = Severity::error, .sure = true}},
    {Act::item, "{file}:{line}:{column}: {message} [Error]", {.severity = Severity::error, .sure = true}},
    {Act::item,
     "{file}:{line}:{column}: {message} [Warning/{code:slug}]",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "{file}:{line}:{column}: {message} [Warning]", {.severity = Severity::warning, .sure = true}},
    {Act::tally, "{total} problem{?s}", {.alone = true}},
    // visualstudio
    {Act::item, "{file}({line},{column}): {severity} {code:slug} : {message}", {.sure = true}},
    {Act::item, "{file}({line},{column}): {severity} : {message}", {.sure = true}},
    // codeframe
    {Act::item, "{severity}: {message} (null) at {file}:{line}:{column}:", {.then = framed, .sure = true}},
    {Act::item,
     "{severity}: {message} ({code:slug}) at {file}:{line}:{column}:",
     {.then = framed, .sure = true}},
    {Act::item,
     "{severity}: Parsing error: {message} at {file}:{line}:{column}:",
     {.then = framed, .sure = true}},
    {Act::quote, "{~}{number} |{rest}", {.when = framed}},
    {Act::quote, "> {number} |{rest}", {.when = framed}},
    {Act::quote, "{ }|{rest}", {.when = framed}},
    {Act::tally, "{errors} error{?s} and {warnings} warning{?s} found.", {.sure = true}},
    {Act::tally, "{errors} error{?s} found."},
    {Act::tally, "{warnings} warning{?s} found."},
    {Act::noise, "ESLint found too many warnings (maximum: {number})."},
};

constexpr Rule tsc_rules[] = {
    {Act::item, "{file}({line},{column}): {severity} {code:TS}: {message}", {.sure = true}},
    {Act::item, "{file}:{line}:{column} - {severity} {code:TS}: {message}", {.sure = true}},
    {Act::item, "error {code:TS}: {message}", {.sure = true}},
    {Act::tally, "Found {errors} error in {rest}", {.alone = true}},
    {Act::tally, "Found {errors} errors in {count} files.", {.alone = true}},
    {Act::tally, "Found {errors} errors in the same file, starting at: {rest}"},
    {Act::tally, "Found {errors} error.", {.alone = true}},
    {Act::tally, "Found {errors} errors.", {.alone = true}},
    {Act::tally, "Found {errors} error. Watching for file changes."},
    {Act::tally, "Found {errors} errors. Watching for file changes."},
    {Act::tally, "{rest} - Found {errors} error. Watching for file changes."},
    {Act::tally, "{rest} - Found {errors} errors. Watching for file changes."},
    {Act::clean, "Found 0 errors."},
    {Act::noise, "Errors  Files"},
    // tsc --build --verbose
    {Act::noise, "Projects in this build:{rest}", {.sure = true}},
    {Act::noise, "{rest} - Projects in this build:{rest}", {.sure = true}},
    {Act::clean, "{rest}Project '{name}' is up to date {rest}"},
    {Act::noise, "{rest}Project '{name}' is out of date {rest}"},
    {Act::clean, "{rest}Building project '{name}'..."},
};

}  // namespace

constinit const Format eslint{
    .name = "eslint",
    .kind = Kind::linter,
    .title = "eslint: stylish, compact, unix, visualstudio, codeframe, json, json-with-metadata",
    .fix = "npx eslint --fix {paths}",
    .rerun = "npx eslint {paths}",
    .rules = eslint_rules,
    .claim = claimed_by_eslint,
    .loose = 1U << codeless,
};

constinit const Format tsc{
    .name = "tsc",
    .kind = Kind::typecheck,
    .title = "tsc: plain, --pretty, --watch, --build",
    .fix = {},
    .rerun = "npx tsc --noEmit",
    .rules = tsc_rules,
    .quote_indent = 2,
};

}  // namespace longhaul::diag::declared
