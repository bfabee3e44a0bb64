// Node.js: exceptions, warnings, npm, and the test runners mocha, node --test and others that write TAP.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// Not Node's own modules, nor others'.
bool is_own(std::string_view file) {
  return !file.starts_with("node:") && !file.starts_with("internal/") &&
         file.find("node_modules/") == std::string_view::npos;
}

// The same, of an uncaught exception: Node names files by their whole path.
bool is_own_and_absolute(std::string_view file) {
  return is_own(file) && (file.starts_with('/') || file.find(":\\") == 1);
}

// Classes of other languages have packages.
Claim claimed_by_node(const Fields& found) {
  return found.code.find('.') == std::string_view::npos ? Claim::maybe : Claim::no;
}

constexpr Rule node_rules[] = {
    // source that could not be read stands above its error
    {Act::heading, "file://{file}:{line}"},
    {Act::heading, "{file}:{line}"},
    {Act::item, "{?Uncaught }Error: {word} {code:errno}: {message}", {.next = "at "}},
    {Act::item, "{?Uncaught }Error: {word} {code:errno} {message}", {.next = "at "}},
    {Act::item, "{?Uncaught }Error: {code:errno}: {message}", {.next = "at "}},
    {Act::item, "{?Uncaught }{name:slug} [{code:slug}]: {message}", {.next = "at "}},
    {Act::item, "{?Uncaught }{code:Name}: {message}", {.next = "at "}},
    {Act::item, "{?Uncaught }{code:Name}: {message}", {.next = "Require stack:"}},
    {Act::quote, "{ }[cause]: {rest}", {.alone = true}},
    {Act::item, "{rest}: {code:Name}: {message}", {.next = "at "}},
    {Act::quote, "Require stack:", {.alone = true}},
    {Act::quote, "- {rest}", {.alone = true}},
    {Act::place, "    at {rest} (file://{file}:{line}:{column}){rest}"},
    {Act::place, "    at {rest} ({file}:{line}:{column}){rest}"},
    {Act::place, "    at {?async }file://{file}:{line}:{column}{rest}"},
    {Act::place, "    at {?async }{file}:{line}:{column}{rest}"},
    {Act::item, "(node:{number}) [{code:slug}] {message}", {.severity = Severity::warning, .sure = true}},
    {Act::item, "(node:{number}) {code:Name}: {message}", {.severity = Severity::warning, .sure = true}},
    {Act::noise, "(Use `node --trace-{rest}", {.sure = true}},
    {Act::noise, "Node.js v{rest}", {.sure = true}},
    {Act::quote, "Emitted 'error' event {rest}", {.alone = true}},
    {Act::more, "  code: '{code:slug}'{?,}", {.outweighs = true}},
    {Act::quote, "{ }{word}: {rest}", {.alone = true}},
    {Act::quote, "}", {.alone = true}},
};

constexpr Rule npm_rules[] = {
    // a script that failed follows from what it printed
    {Act::item, "npm error code {code:9}", {.sure = true, .follower = true}},
    {Act::item, "npm ERR! code {code:9}", {.sure = true, .follower = true}},
    {Act::item, "npm error code ELIFECYCLE", {.code = "ELIFECYCLE", .sure = true, .follower = true}},
    {Act::item, "npm ERR! code ELIFECYCLE", {.code = "ELIFECYCLE", .sure = true, .follower = true}},
    {Act::item, "npm error code {code:slug}", {.sure = true}},
    {Act::item, "npm ERR! code {code:slug}", {.sure = true}},
    {Act::item, "npm error Missing script: {message}", {.sure = true}},
    {Act::item, "npm ERR! Missing script: {message}", {.sure = true}},
    {Act::item, "npm ERR! missing script: {message}", {.code = "error", .sure = true}},
    {Act::item,
     "npm ERR! {message:Test failed.  See above for more details.}",
     {.code = "error", .sure = true, .follower = true}},
    {Act::item, "npm ERR! {message:Lifecycle script `}", {.code = "error", .sure = true, .follower = true}},
    {Act::noise, "npm error{rest}", {.sure = true}},
    {Act::noise, "npm ERR!{rest}", {.sure = true}},
    {Act::noise, "npm warn {rest}"},
    {Act::noise, "npm WARN {rest}"},
    {Act::noise, "npm notice{rest}"},
};

// A name of pnpm's own; that a script failed follows from what it printed.
Claim claimed_by_pnpm(const Fields& found) {
  return found.code.starts_with("ERR_PNPM_") ? Claim::sure : Claim::no;
}

constexpr Rule pnpm_rules[] = {
    {Act::item,
     "[ELIFECYCLE] Command failed with exit code {number}.",
     {.code = "ELIFECYCLE", .sure = true, .follower = true}},
    {Act::item, "{~}ELIFECYCLE  {message}", {.code = "ELIFECYCLE", .sure = true, .follower = true}},
    {Act::item, "Error:   × {message}", {.code = "error", .sure = true}},
    {Act::item, "Error: {code:slug}"},
    {Act::item, "{~}{code:slug}  {message}"},
    // pnpm 10 and before: between thin spaces
    {Act::item, "\u2009ELIFECYCLE\u2009 {message}", {.code = "ELIFECYCLE", .sure = true, .follower = true}},
    {Act::item, "\u2009ERROR\u2009 {message}", {.code = "error", .sure = true}},
    {Act::item, "\u2009{code:slug}\u2009 {message}"},
    {Act::more, "  × {message}"},
};

enum : State { running = 1 };

constexpr Rule yarn_rules[] = {
    {Act::item,
     "error Command failed with exit code {number}.",
     {.code = "error", .sure = true, .follower = true}},
    {Act::noise, "yarn {word} v{number}.{rest}", {.then = running, .sure = true}},
    {Act::item, "error {message}", {.when = running, .code = "error", .sure = true}},
    {Act::item,
     "error {message}",
     {.code = "error", .sure = true, .next = "info Visit https://yarnpkg.com/"}},
    {Act::item, "error {message:An unexpected error occurred: }", {.code = "error", .sure = true}},
    {Act::noise, "info Visit https://yarnpkg.com/{rest}", {.sure = true}},
    {Act::noise, "[{number}/{number}] {rest}...", {.when = running}},
    {Act::noise, "info {rest}", {.when = running}},
    {Act::noise, "success {rest}", {.when = running}},
    {Act::noise, "warning {rest}", {.when = running}},
    {Act::noise, "$ {rest}", {.when = running}},
    {Act::noise, "Done in {rest}s.", {.when = running}},
};

// mocha numbers its failures after the totals: the titles of the suites, the test's, and what went wrong.
enum : State { failures = 1, titles = 2, detail = 3 };

constexpr Rule mocha_rules[] = {
    {Act::item,
     "{~}Exception during run: {code:Name}: {message}",
     {.suite = true, .code = "suite failed to run", .sure = true}},
    {Act::noise, "  {number} passing ({rest})", {.when = 0, .sure = true}},
    {Act::noise, "  {number} pending", {.when = 0, .sure = true}},
    {Act::section, "  {number} failing", {.when = 0, .then = failures, .sure = true}},
    {Act::open, "  {number}) {name}:", {.when = failures, .then = detail, .code = "failed"}},
    {Act::open, "  {number}) {name}", {.when = failures, .then = titles, .code = "failed"}},
    {Act::open, "  {number}) {name}:", {.when = detail, .then = detail, .code = "failed"}},
    {Act::open, "  {number}) {name}", {.when = detail, .then = titles, .code = "failed"}},
    {Act::more, "{ }{name}:", {.when = titles, .then = detail, .joins = true}},
    {Act::more, "{ }{name}", {.when = titles, .joins = true}},
    {Act::more, "{ }{code:Name} [{rest}]: {message}", {.when = detail}},
    {Act::more, "{ }{code:Name}: {message}", {.when = detail}},
    {Act::place, "{ }at {rest} ({file}:{line}:{column})", {.when = detail}},
};

enum : State { subtests = 1, failing = 2 };

constexpr Rule node_test_rules[] = {
    {Act::noise, "{~}# Subtest: {rest}", {.then = subtests, .sure = true}},
    {Act::noise, "{~}not ok {number} - {rest} # TODO{rest}", {.when = subtests}},
    {Act::noise, "{~}not ok {number} - {rest} # SKIP{rest}", {.when = subtests}},
    {Act::open, "{~}not ok {number} - {name}", {.when = subtests, .code = "failed", .next = "---"}},
    {Act::drop, "{ }type: 'suite'", {.when = subtests}},  // node counts tests
    {Act::place, "{ }location: '{file}:{line}:{column}'", {.when = subtests}},
    {Act::noise, "{~}ok {number} - {rest}", {.when = subtests}},
    {Act::noise, "{~}1..{number}", {.when = subtests}},
    {Act::quote, "{ }{rest}", {.when = subtests}},
    {Act::tally, "# fail {errors}", {.then = 0, .alone = true, .joins = true}},
    {Act::tally, "# cancelled {errors}", {.then = 0, .alone = true, .joins = true}},
    {Act::noise, "# {word} {number}", {.alone = true}},
    {Act::noise, "# duration_ms {rest}"},
    // the spec reporter: a tree, totals, and then what failed once more
    {Act::tally, "ℹ fail {errors}", {.sure = true, .joins = true, .precedes = true}},
    {Act::tally, "ℹ cancelled {errors}", {.sure = true, .joins = true, .precedes = true}},
    {Act::noise, "ℹ {rest}", {.sure = true}},
    {Act::section, "✖ failing tests:", {.then = failing, .sure = true}},
    {Act::heading, "test at {file}:{line}:{column}", {.when = failing, .sure = true}},
    {Act::item, "✖ {name} # TODO{rest}", {.when = failing, .severity = Severity::note}},
    {Act::item, "✖ {name} ({number}.{number}ms)", {.when = failing, .code = "failed"}},
    {Act::item, "✖ {name}", {.when = failing, .code = "failed"}},
    {Act::item, "{~}✖ {name} ({number}.{number}ms)", {.code = "failed", .follower = true}},
    {Act::noise, "{~}✔ {rest} ({number}.{number}ms)"},
    {Act::noise, "{~}▶ {rest}"},
};

// node-tap counts assertions; a test that holds failed ones is told with its time. In its own reporters each
// has a heading below its file's.
enum : State { assertions = 1, by_file = 2 };

constexpr Rule tap_rules[] = {
    {Act::noise, "TAP version 14", {.then = assertions, .sure = true}},
    {Act::noise, "TAP version {number}", {.then = 0, .sure = true}},
    {Act::noise, "{~}# Subtest: {rest}", {.when = assertions}},
    {Act::noise, "{~}not ok {number} - {rest} # TODO{rest}", {.when = assertions}},
    {Act::noise, "{~}not ok {number} - {rest} # todo{rest}", {.when = assertions}},
    {Act::noise, "{~}not ok {number} - {rest} # SKIP{rest}", {.when = assertions}},
    {Act::noise, "{~}not ok {number} - {rest} # skip{rest}", {.when = assertions}},
    {Act::noise, "{~}not ok {number} - {rest} # time={rest}", {.when = assertions}},
    {Act::item, "{~}not ok {number} - {name}", {.when = assertions, .code = "failed"}},
    {Act::noise, "{~}1..{number}", {.when = assertions}},
    {Act::tally,
     "# {*:\x7b} total: {number}, pass: {number}, fail: {errors}{rest}",
     {.then = 0, .sure = true}},
    {Act::noise, "Asserts:  {number} pass  {number} fail  {number} of {number} complete", {.sure = true}},
    {Act::noise, "Suites:   {number} pass  {number} fail  {number} of {number} complete", {.sure = true}},
    {Act::section, " FAIL  {rest} {number} failed of {number} {rest}", {.then = by_file, .sure = true}},
    {Act::item, "✖ {name}", {.when = by_file, .code = "failed"}},
    // tape
    {Act::tally, "# fail  {errors}", {.sure = true}},
    {Act::noise, "{~}not ok {number} {rest}# TODO{rest}"},
    {Act::noise, "{~}not ok {number} {rest}# todo{rest}"},
    {Act::noise, "{~}not ok {number} {rest}# SKIP{rest}"},
    {Act::noise, "{~}not ok {number} {rest}# skip{rest}"},
    // a parent whose tests stand in the brackets that follow
    {Act::noise, "{~}not ok {number} - {rest} {*:\x7b}", {.sure = true}},
    {Act::item, "{~}not ok {number} - {name} # time={rest}", {.code = "failed"}},
    {Act::item, "not ok {number} - {name}", {.code = "failed"}},
    {Act::item, "not ok {number} {name}", {.code = "failed"}},
    {Act::item, "not ok {number}", {.code = "failed"}},
    {Act::noise, "{~}ok {number}{rest}"},
    {Act::item, "Bail out!  {message}", {.suite = true, .code = "bail out", .sure = true}},
    {Act::tally, "# failed {errors} of {number} tests"},
    {Act::quote, "#   Failed test {rest}"},
    {Act::quote, "# {rest}", {.alone = true}},
    {Act::noise, "1..{number}{rest}"},
};

// What prove sums up: a line for each file with a failure.
constexpr Rule prove_rules[] = {
    {Act::noise, "Test Summary Report", {.sure = true}},
    {Act::noise, "{file}{ }(Wstat: 0 Tests: {number} Failed: 0)", {.sure = true}},
    {Act::item,
     "{file}{ }(Wstat: {rest} Tests: {number} Failed: 0)",
     {.channel = 1, .suite = true, .sure = true}},
    {Act::item,
     "{file}{ }(Wstat: {rest} Tests: {number} Failed: {count})",
     {.channel = 1, .code = "failed", .sure = true}},
    {Act::noise, "  Failed test{?s}:{rest}", {.alone = true}},
    {Act::noise, "  Non-zero exit status: {rest}", {.alone = true}},
    {Act::noise, "  Parse errors: {rest}", {.alone = true}},
    {Act::noise, "Result: FAIL", {.sure = true}},
    {Act::clean, "Result: PASS", {.sure = true}},
    {Act::clean, "All tests successful.", {.sure = true}},
};

}  // namespace

constinit const Format prove{
    .name = "prove",
    .kind = Kind::test_failure,
    .title = "prove: the summary",
    .fix = {},
    .rerun = "prove {tests}",
    .rules = prove_rules,
    .family = Family::test_anything,
};

constinit const Format node{
    .name = "node",
    .kind = Kind::runtime_error,
    .title = "Node.js: uncaught exceptions, warnings",
    .fix = {},
    .rerun = {},
    .rules = node_rules,
    .claim = claimed_by_node,
    .reads_file = is_own_and_absolute,
    .quote_indent = 4,
};

constinit const Format npm{
    .name = "npm",
    .kind = Kind::build_failure,
    .title = "npm: what it fails with",
    .fix = {},
    .rerun = {},
    .rules = npm_rules,
};

constinit const Format pnpm{
    .name = "pnpm",
    .kind = Kind::build_failure,
    .title = "pnpm: what it fails with",
    .fix = {},
    .rerun = {},
    .rules = pnpm_rules,
    .claim = claimed_by_pnpm,
    .quote_indent = 2,
};

constinit const Format yarn{
    .name = "yarn",
    .kind = Kind::build_failure,
    .title = "yarn 1: what it fails with",
    .fix = {},
    .rerun = {},
    .rules = yarn_rules,
    .quote_indent = 4,
};

constinit const Format mocha{
    .name = "mocha",
    .kind = Kind::test_failure,
    .title = "mocha: spec, dot and the like",
    .fix = {},
    .rerun = "npx mocha {tests}",
    .rules = mocha_rules,
    .reads_file = is_own,
    .loose = 1U << titles | 1U << detail,
    .apart = failures,
    .joint = " ",
};

constinit const Format node_test{
    .name = "node-test",
    .kind = Kind::test_failure,
    .title = "node --test: spec, tap",
    .fix = {},
    .rerun = "node --test {tests}",
    .rules = node_test_rules,
    .quote_indent = 2,
};

constinit const Format tap{
    .name = "tap",
    .kind = Kind::test_failure,
    .title = "the Test Anything Protocol",
    .fix = {},
    .rerun = {},
    .rules = tap_rules,
    .family = Family::test_anything,
    .exclusive = 1U << assertions,
    .loose = 1U << by_file,
    .quote_indent = 2,
};

}  // namespace longhaul::diag::declared
