// More linters of JavaScript and CSS: biome, oxlint, stylelint, prettier, standard, jshint, tslint.
#include <array>

#include "base/ascii.hpp"
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

Claim claimed_by_biome(const Fields& found) {
  return found.file.find(':') == std::string_view::npos ? Claim::sure : Claim::no;
}

// Below the heading of a finding: the first mark is its severity, the others are those of details.
enum : State { below_heading = 1 };

constexpr Rule biome_rules[] = {
    {Act::item,
     "{file}:{line}:{column} {code:slug}{?  }{?FIXABLE}{ }{*:━}",
     {.then = below_heading, .sure = true}},
    {Act::item, "{file} format{ }{*:━}", {.then = below_heading, .code = "format"}},
    {Act::item, "{file} {code:slug}{ }{*:━}", {.then = below_heading}},
    {Act::item, "× {file}:{line}:{column}: {code:slug}: {message}", {.sure = true}},
    {Act::item,
     "! {file}:{line}:{column}: {code:slug}: {message}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "i {file}:{line}:{column}: {code:slug}: {message}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "× {file}: {code:slug}: {message}", {.sure = true}},
    {Act::more, "  i {fix:Safe fix}: {rest}"},
    {Act::more, "  ℹ {fix:Safe fix}: {rest}"},
    {Act::noise, "  × Some errors were emitted while {rest}", {.sure = true}},
    {Act::noise, "  ✖ Some errors were emitted while {rest}", {.sure = true}},
    // A file that cannot be parsed is not formatted either, and says so in other words.
    {Act::more, "  × {fix:Formatter} {message:would have printed}", {.when = below_heading, .then = 0}},
    {Act::more, "  ✖ {fix:Formatter} {message:would have printed}", {.when = below_heading, .then = 0}},
    {Act::more, "  × {fix:File} {message:content differs from}", {.when = below_heading, .then = 0}},
    {Act::more, "  ✖ {fix:File} {message:content differs from}", {.when = below_heading, .then = 0}},
    {Act::more, "  × {message}", {.when = below_heading, .then = 0}},
    {Act::more, "  ✖ {message}", {.when = below_heading, .then = 0}},
    {Act::more,
     "  ⚠ {message}",
     {.when = below_heading, .then = 0, .severity = Severity::warning, .sets_severity = true}},
    {Act::more,
     "  ℹ {message}",
     {.when = below_heading, .then = 0, .severity = Severity::warning, .sets_severity = true}},
    {Act::more,
     "  ! {message}",
     {.when = below_heading, .then = 0, .severity = Severity::warning, .sets_severity = true}},
    {Act::more,
     "  i {message}",
     {.when = below_heading, .then = 0, .severity = Severity::warning, .sets_severity = true}},
    {Act::quote, "  × {rest}"},
    {Act::quote, "  ! {rest}"},
    {Act::quote, "  i {rest}"},
    {Act::quote, "  ✖ {rest}", {.alone = true}},
    {Act::quote, "  ⚠ {rest}", {.alone = true}},
    {Act::quote, "  ℹ {rest}", {.alone = true}},
    {Act::item,
     "::{severity} "
     "title={code:slug},file={file},line={line},endLine={number},col={column},endColumn={number}::"
     "{message}",
     {.sure = true}},
    {Act::noise, "The number of diagnostics exceeds the limit allowed.{rest}", {.sure = true}},
    {Act::noise, "Diagnostics not shown: {number}.", {.sure = true}},
    {Act::clean, "Checked {number} file{?s} in {rest}. No fixes applied.", {.sure = true}},
    {Act::clean, "Checked {number} file{?s} in {rest}. Fixed {rest}", {.sure = true}},
    {Act::tally, "Found {errors} error{?s}.", {.alone = true, .joins = true}},
    {Act::tally, "Found {warnings} warning{?s}.", {.alone = true, .joins = true}},
    {Act::tally, "Found {warnings} info{?s}.", {.alone = true, .joins = true}},
};

constexpr Rule oxlint_rules[] = {
    {Act::open, "{ }x {code:call}: {message}", {.sure = true}},
    {Act::open, "{ }× {code:call}: {message}", {.sure = true}},
    {Act::open, "{ }! {code:call}: {message}", {.severity = Severity::warning, .sure = true}},
    {Act::open, "{ }⚠ {code:call}: {message}", {.severity = Severity::warning, .sure = true}},
    {Act::open, "{ }x {message}", {.sure = true, .next = ",-["}},
    {Act::open, "{ }× {message}", {.sure = true, .next = "╭─["}},
    {Act::place, "{ },-[{file}:{line}:{column}]", {.sure = true}},
    {Act::place, "{ }╭─[{file}:{line}:{column}]", {.sure = true}},
    {Act::item, "{file}:{line}:{column}: {message} [Error/{code:call}]", {.sure = true}},
    {Act::item,
     "{file}:{line}:{column}: {message} [Warning/{code:call}]",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "::{severity} "
     "file={file},line={line},endLine={number},col={column},endColumn={number},title={code:call}::"
     "{message}",
     {.sure = true}},
    {Act::item,
     "::{severity} "
     "file={file},line={line},endLine={number},col={column},endColumn={number},title=oxlint::"
     "{message}",
     {.sure = true}},
    {Act::item, "{file}:{line}:{column}: {severity} {code:call}: {message}", {.sure = true}},
    {Act::item, "  {~}{line}:{column}{ }{severity}{ }{message}  {code:call}", {.sure = true}},
    {Act::tally, "Found {warnings} warning{?s} and {errors} error{?s}.", {.sure = true}},
    {Act::tally, "✖ {total} problem{?s} ({errors} error{?s}, {warnings} warning{?s})", {.alone = true}},
    {Act::noise, "Finished in {rest} on {number} file{?s} {rest}", {.sure = true}},
    {Act::tally, "{total} problem{?s}", {.alone = true}},
};

bool is_style_sheet(std::string_view file) {
  constexpr std::array<std::string_view, 5> endings{".css", ".scss", ".sass", ".less", ".pcss"};
  for (const auto ending : endings)
    if (file.ends_with(ending)) return true;
  return false;
}

Claim claimed_by_stylelint(const Fields& found) {
  return found.file.empty() || is_style_sheet(found.file) ? Claim::sure : Claim::no;
}

constexpr Rule stylelint_rules[] = {
    {Act::item, "{ }{line}:{column}{ }✖{ }{message}  {~}{code:slug}"},
    {Act::item, "{ }{line}:{column}{ }⚠{ }{message}  {~}{code:slug}", {.severity = Severity::warning}},
    {Act::item, "{ }{line}:{column}{ }×{ }{message}  {~}{code:slug}"},
    {Act::item, "{ }{line}:{column}{ }‼{ }{message}  {~}{code:slug}", {.severity = Severity::warning}},
    {Act::item, "{ }{line}:{column}{ }✖{ }{message}"},
    {Act::item, "{file}: line {line}, col {column}, {severity} - {message} ({code:slug})"},
    {Act::item, "{file}:{line}:{column}: {message} ({code:slug}) [{severity}]"},
    {Act::tally, "✖ {total} problem{?s} ({errors} error{?s}, {warnings} warning{?s})", {.alone = true}},
    {Act::tally, "{total} problem{?s} ({errors} error{?s}, {warnings} warning{?s})", {.alone = true}},
    {Act::tally, "  {fixable} error{?s} potentially fixable with the \"--fix\" option."},
    {Act::tally, "  {fixable} errors and {fixable} warnings potentially fixable with the \"--fix\" option."},
};

enum : State { listing = 1 };

Claim claimed_by_prettier(const Fields& found) {
  const std::size_t slash = found.file.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? found.file : found.file.substr(slash + 1);
  return name.find('.') == std::string_view::npos || name.ends_with('.') ? Claim::no : Claim::sure;
}

// The levels in brackets may have been taken for the prefix of a logger.
constexpr Rule prettier_rules[] = {
    {Act::noise, "Checking formatting...", {.then = listing, .sure = true}},
    {Act::clean, "All matched files use Prettier code style!", {.then = 0, .sure = true}},
    {Act::tally, "{?[warn] }Code style issues found in {warnings} files. {rest}", {.then = 0, .sure = true}},
    {Act::noise, "{?[warn] }Code style issues {rest}", {.then = 0, .sure = true, .owes = true}},
    {Act::noise, "Error occurred when checking code style in {rest}", {.then = 0, .sure = true}},
    {Act::item,
     "{?[error] }{file}: SyntaxError: {message} ({line}:{column})",
     {.code = "SyntaxError", .sure = true}},
    {Act::quote, "{?[error] }{~}> {number} | {rest}", {.when = listing}},
    {Act::quote, "[error] {rest}", {.when = listing}},
    {Act::item, "[warn] {file}", {.when = listing, .severity = Severity::warning, .fixable = true}},
    {Act::item, "{file}", {.when = listing, .severity = Severity::warning, .fixable = true}},
};

enum : State { headed = 1 };

constexpr Rule standard_rules[] = {
    {Act::noise, "standard: Use JavaScript Standard Style {rest}", {.then = headed, .sure = true}},
    {Act::noise, "standard: {rest}", {.sure = true}},
    {Act::item, "  {file}:{line}:{column}: Parsing error: {message} (null)", {.sure = true}},
    {Act::item,
     "  {file}:{line}:{column}: {message} ({code:slug}) (warning)",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "  {file}:{line}:{column}: {message} ({code:slug})", {.sure = true}},
    // of old versions
    {Act::item, "  {file}:{line}:{column}: {message}", {.when = headed}},
};

constexpr Rule jshint_rules[] = {
    {Act::item, "{file}: line {line}, col {column}, {message} ({code:A9})"},
    {Act::item, "{file}: line {line}, col {column}, {message}"},
    {Act::tally, "{total} error{?s}", {.alone = true}},
};

Claim claimed_by_tslint(const Fields& found) {
  if (!found.code.empty() && core::is_upper(found.code.front())) return Claim::no;
  constexpr std::array<std::string_view, 4> endings{".ts", ".tsx", ".js", ".jsx"};
  for (const auto ending : endings)
    if (found.file.ends_with(ending)) return Claim::sure;
  return found.file.empty() && !found.code.empty() ? Claim::maybe : Claim::no;
}

constexpr Rule tslint_rules[] = {
    // prose
    {Act::item, "ERROR: {file}:{line}:{column} - {message}"},
    {Act::item, "WARNING: {file}:{line}:{column} - {message}", {.severity = Severity::warning}},
    {Act::item, "{file}[{line}, {column}]: {message}"},
    // verbose
    {Act::item, "ERROR: ({code:slug}) {file}[{line}, {column}]: {message}"},
    {Act::item,
     "WARNING: ({code:slug}) {file}[{line}, {column}]: {message}",
     {.severity = Severity::warning}},
    // stylish, under the place of the first
    {Act::heading, "{file}:{line}:{column}", {.next = "ERROR: "}},
    {Act::heading, "{file}:{line}:{column}", {.next = "WARNING: "}},
    {Act::item, "ERROR: {line}:{column}{ }{code:slug}{ }{message}"},
    {Act::item, "WARNING: {line}:{column}{ }{code:slug}{ }{message}", {.severity = Severity::warning}},
    // msbuild
    {Act::item, "{file}({line},{column}): {severity} {code:slug}: {message}"},
};

}  // namespace

constinit const Format biome{
    .name = "biome",
    .kind = Kind::linter,
    .title = "biome: default, github",
    .fix = "npx biome check --write {paths}",
    .rerun = "npx biome check {paths}",
    .rules = biome_rules,
    .claim = claimed_by_biome,
    .quote_indent = 2,
    .counts_notes = true,
};

constinit const Format oxlint{
    .name = "oxlint",
    .kind = Kind::linter,
    .title = "oxlint: default, unix, github, stylish, json",
    .fix = "npx oxlint --fix {paths}",
    .rerun = "npx oxlint {paths}",
    .rules = oxlint_rules,
    .quote_indent = 1,
    .gutter = true,
};

constinit const Format stylelint{
    .name = "stylelint",
    .kind = Kind::linter,
    .title = "stylelint: string, compact, unix, json",
    .fix = "npx stylelint --fix {paths}",
    .rerun = "npx stylelint {paths}",
    .rules = stylelint_rules,
    .claim = claimed_by_stylelint,
};

constinit const Format prettier{
    .name = "prettier",
    .kind = Kind::linter,
    .title = "prettier --check",
    .fix = "npx prettier --write {paths}",
    .rerun = "npx prettier --check {paths}",
    .rules = prettier_rules,
    .claim = claimed_by_prettier,
    .loose = 1U << listing,
};

constinit const Format standard{
    .name = "standard",
    .kind = Kind::linter,
    .title = "standard: default",
    .fix = "npx standard --fix {paths}",
    .rerun = "npx standard {paths}",
    .rules = standard_rules,
};

constinit const Format jshint{
    .name = "jshint",
    .kind = Kind::linter,
    .title = "jshint: default, --verbose, jslint",
    .fix = {},
    .rerun = "npx jshint {paths}",
    .rules = jshint_rules,
};

constinit const Format tslint{
    .name = "tslint",
    .kind = Kind::linter,
    .title = "tslint: prose, verbose, stylish",
    .fix = "npx tslint --fix {paths}",
    .rerun = "npx tslint {paths}",
    .rules = tslint_rules,
    .claim = claimed_by_tslint,
};

}  // namespace longhaul::diag::declared
