// Checkers and formatters of Python beside the usual: pydocstyle, bandit, black, isort, pyflakes, and
// unittest.
#include <array>

#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

Claim claimed_by_pydocstyle(const Fields& found) {
  return found.code.size() == 4 && found.code.front() == 'D' ? Claim::sure : Claim::no;
}

constexpr Rule pydocstyle_rules[] = {
    {Act::heading, "{file}:{line} at module level:", {.sure = true}},
    {Act::heading, "{file}:{line} in public {rest}:", {.sure = true}},
    {Act::heading, "{file}:{line} in private {rest}:", {.sure = true}},
    {Act::item, "{ }{code:A9}: {message}"},
    {Act::item, "WARNING: Error in file {file}: {message}", {.sure = true}},
};

// Below the names of the columns of csv; in yaml.
enum : State { rows = 1, yaml = 2 };

constexpr Rule bandit_rules[] = {
    {Act::open, ">> Issue: [{code:A9}:{name:slug}] {message}", {.severity = Severity::warning, .sure = true}},
    {Act::more, "   Severity: High   Confidence: {rest}", {.sets_severity = true}},
    {Act::quote, "   Severity: {rest}   Confidence: {rest}"},
    {Act::quote, "   CWE: {rest}"},
    {Act::place, "   Location: {file}:{line}:{column}"},
    {Act::place, "   Location: {file}:{line}"},
    {Act::quote, "   More Info: {rest}"},
    {Act::quote, "{number}\t{rest}", {.alone = true}},
    {Act::quote, "{*:-}", {.alone = true}},
    {Act::clean, "\tNo issues identified.", {.sure = true}},
    {Act::noise, "Run started:{rest}", {.sure = true}},
    {Act::noise, "Test results:", {.alone = true}},
    {Act::noise, "Code scanned:", {.sure = true}},
    {Act::noise, "Run metrics:", {.sure = true}},
    {Act::noise, "\t{rest}", {.alone = true}},
    {Act::noise, "Files skipped ({number}):", {.alone = true}},
    {Act::noise, "[main]\tINFO\t{rest}", {.sure = true}},
    // --format custom
    {Act::item, "{file}:{line}: {code:A9}[bandit]: HIGH: {message}", {.sure = true}},
    {Act::item,
     "{file}:{line}: {code:A9}[bandit]: MEDIUM: {message}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "{file}:{line}: {code:A9}[bandit]: LOW: {message}",
     {.severity = Severity::warning, .sure = true}},
    // --format csv
    {Act::noise,
     "filename,test_name,test_id,issue_severity,issue_confidence,issue_text,{rest}",
     {.then = rows, .sure = true}},
    {Act::item,
     "{file},{name:slug},{code:A9},HIGH,{rest},{message},{line},{rest}[{rest}]{rest},{rest}",
     {.when = rows, .sure = true}},
    {Act::item,
     "{file},{name:slug},{code:A9},{rest},{rest},{message},{line},{rest}[{rest}]{rest},{rest}",
     {.when = rows, .severity = Severity::warning, .sure = true}},
    // --format yaml
    {Act::noise, "generated_at: '{rest}'", {.then = yaml}},
    {Act::open, "- code: {rest}", {.when = yaml, .severity = Severity::warning, .sure = true}},
    {Act::place, "  filename: {file}", {.when = yaml}},
    {Act::more, "  issue_severity: HIGH", {.when = yaml, .sets_severity = true}},
    {Act::more, "  issue_text: {message}", {.when = yaml}},
    {Act::more, "  line_number: {line}", {.when = yaml}},
    {Act::more, "  test_id: {code:A9}", {.when = yaml}},
    {Act::quote, "{ }{rest}", {.when = yaml}},
    {Act::quote, "metrics:", {.when = yaml}},
    {Act::quote, "results:", {.when = yaml}},
};

constexpr Rule black_rules[] = {
    {Act::item, "would reformat {file}", {.severity = Severity::warning, .fixable = true, .sure = true}},
    {Act::item, "error: cannot format {file}: {message}", {.sure = true}},
    {Act::noise, "Oh no! {rest}", {.sure = true}},
    {Act::noise, "All done! {rest}", {.sure = true}},
    {Act::noise, "{number} file{?s} would be reformatted{rest}", {.sure = true}},
    {Act::noise, "{number} file{?s} would fail to reformat.", {.sure = true}},
    {Act::clean, "{number} file{?s} would be left unchanged.", {.sure = true}},
    {Act::clean, "{number} file{?s} left unchanged.", {.sure = true}},
    {Act::clean, "{number} file{?s} reformatted{rest}.", {.sure = true}},
    {Act::noise, "reformatted {file}", {.alone = true}},
};

constexpr Rule isort_rules[] = {
    {Act::item,
     "ERROR: {file} Imports are incorrectly sorted and/or formatted.",
     {.fixable = true, .sure = true}},
    {Act::item,
     "{rest}: UserWarning: Unable to parse file {file} due to {message}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "Broken {count} path{?s}", {.sure = true}},
    {Act::noise, "Skipped {number} files", {.sure = true}},
    {Act::noise, "Fixing {file}", {.alone = true}},
};

bool is_python(std::string_view file) { return file.ends_with(".py") || file.ends_with(".pyi"); }

// Many print such lines; the messages tell whose they are (pyflakes/messages.py).
Claim claimed_by_pyflakes(const Fields& found) {
  constexpr std::array<std::string_view, 29> phrases{"if test is a tuple",
                                                     "assertion is always true",
                                                     "use ==/!= to compare constant",
                                                     "' % ... ",
                                                     "'...'.format(...) ",
                                                     "'...' % ... ",
                                                     "undefined name",
                                                     "future feature not defined",
                                                     "' outside ",
                                                     "an 'except:' block as not the last",
                                                     "unterminated ",
                                                     " was never closed",
                                                     "(unicode error) ",
                                                     "unindent does not match",
                                                     "default 'except:' must be last",
                                                     "' should be '",
                                                     "'...'.format(...) is ",
                                                     " imported but unused",
                                                     "undefined name ",
                                                     "redefinition of unused ",
                                                     " is assigned to but never used",
                                                     "f-string is missing placeholders",
                                                     "import * used; unable to detect",
                                                     " may be undefined, or defined from star imports",
                                                     "local variable ",
                                                     "dictionary key ",
                                                     "invalid syntax",
                                                     "duplicate argument ",
                                                     "'return' outside function"};
  if (!is_python(found.file)) return Claim::no;
  for (const auto phrase : phrases)
    if (found.message.find(phrase) != std::string_view::npos) return Claim::maybe;
  return Claim::no;
}

constexpr Rule vulture_rules[] = {
    {Act::item, "{file}:{line}: {message} ({number}% confidence)", {.sure = true}},
    {Act::item, "{file}:{line}: {message} ({number}% confidence, {number} line{?s})", {.sure = true}},
    {Act::item, "{file}:{line}: invalid syntax at \"{message}\"", {.sure = true}},
};

// The names of the environments that failed stand in tox's summary; why, above it, where their commands said
// so.
enum : State { environments = 1 };

constexpr Rule tox_rules[] = {
    {Act::noise, "{*:_} summary {*:_}", {.then = environments, .sure = true}},
    {Act::item,
     "ERROR:   {message}: commands failed",
     {.when = environments, .sure = true, .follower = true}},
    {Act::item,
     "ERROR:   {message}: parallel child exit code {number}",
     {.when = environments, .sure = true, .follower = true}},
    {Act::item, "ERROR:  {message}: InterpreterNotFound: {rest}", {.when = environments, .sure = true}},
    {Act::item, "ERROR:   {message}: could not install deps {rest}", {.when = environments, .sure = true}},
    {Act::item, "ERROR: {message:unknown environment }", {.sure = true}},
    // what no tool said before
    {Act::item, "ERROR: {message:InvocationError for command could not find executable}", {.sure = true}},
    {Act::item, "ERROR: {message:InvocationError for command} (exited with code -{number})", {.sure = true}},
    {Act::noise, "ERROR: InvocationError for command {rest}", {.sure = true}},
    {Act::noise, "ERROR: InterpreterNotFound: {rest}", {.sure = true}},
    {Act::noise, "{rest} run-test: commands[{number}] | {rest}", {.then = 0, .sure = true}},
    {Act::noise, "{rest} run-test-pre: PYTHONHASHSEED={rest}", {.then = 0, .sure = true}},
    {Act::clean, "  congratulations :)", {.then = 0, .sure = true}},
};

constexpr Rule pyflakes_rules[] = {
    {Act::item, "{file}:{line}:{column}: {message}"},
};

// A failure goes on until the next one, or the totals. It is where the last of its tracebacks begins:
// unittest leaves its own frames out, so that is in the test.
// A module that does not load is the file itself, behind the loader's frames.
// Django says that tests begin; what the code under test logs, tracebacks too, is no failure.
enum : State { title = 1, detail = 2, first_frame = 3, group = 4, totals = 5, loading = 6, running = 7 };

constexpr Rule unittest_rules[] = {
    {Act::noise, "Found {number} test(s).", {.then = running, .sure = true, .owes = true}},
    {Act::noise, "Creating test database for alias {rest}...", {.then = running, .sure = true, .owes = true}},
    {Act::noise,
     "Using existing test database for alias {rest}...",
     {.then = running, .sure = true, .owes = true}},
    {Act::noise, "System check identified no issues ({number} silenced)."},
    {Act::noise, "Destroying test database for alias {rest}...", {.sure = true}},
    {Act::noise, "Preserving test database for alias {rest}...", {.sure = true}},
    {Act::section, "======================================================================", {.then = title}},
    {Act::open, "FAIL: {name}", {.when = title, .then = detail, .code = "failed", .sure = true}},
    {Act::open,
     "ERROR: {name} ({rest}._FailedTest{rest}",
     {.when = title, .then = loading, .suite = true, .code = "error", .sure = true}},
    {Act::open,
     "ERROR: {name}",
     {.when = title, .then = detail, .suite = true, .code = "error", .sure = true}},
    {Act::item,
     "UNEXPECTED SUCCESS: {name}",
     {.when = title, .then = detail, .code = "unexpected success", .sure = true, .by_module = true}},
    {Act::quote, "  File \"{rest}/loader.py\", line {rest}", {.when = loading}},
    {Act::quote, "  File \"{rest}/importlib/__init__.py\", line {rest}", {.when = loading}},
    {Act::quote, "  File \"<frozen {rest}", {.when = loading}},
    {Act::place, "  File \"{file}\", line {line}, in {rest}", {.when = loading}},
    {Act::place, "  File \"{file}\", line {line}", {.when = loading}},
    {Act::finish, "{code:Name}: {message}", {.when = loading}},
    {Act::quote, "Traceback (most recent call last):", {.when = detail, .then = first_frame}},
    {Act::quote,
     "{ }+ Exception Group Traceback (most recent call last):",
     {.when = detail, .then = first_frame}},
    {Act::quote, "Traceback (most recent call last):", {.when = group, .then = first_frame}},
    {Act::replace, "{ }File \"{file}\", line {line}, in {rest}", {.when = first_frame, .then = detail}},
    {Act::replace, "{ }|   File \"{file}\", line {line}, in {rest}", {.when = first_frame, .then = detail}},
    {Act::finish, "{code:Name}: {message}", {.when = first_frame, .then = detail}},
    {Act::finish, "{code:Name}: {message}", {.when = detail}},
    {Act::finish, "{code:Name}", {.when = detail}},
    {Act::finish, "  | {code:Name}: {message}", {.when = detail, .then = group}},
    // Tests print what looks like totals, too; these come behind the number of tests.
    {Act::noise, "Ran {number} test{?s} in {rest}s", {.then = totals, .sure = true}},
    {Act::tally, "FAILED ({counts})", {.when = totals, .then = 0, .sure = true}},
    {Act::clean, "OK", {.when = totals, .then = 0, .sure = true}},
    {Act::clean, "OK ({rest})", {.when = totals, .then = 0, .sure = true}},
    {Act::item, "{name} ... FAIL", {.channel = 1, .code = "failed"}},
    {Act::item, "{name} ... ERROR", {.channel = 1, .suite = true, .code = "error"}},
    {Act::noise, "{rest} ... ok", {.alone = true}},
    {Act::noise, "{rest} ... skipped {rest}", {.alone = true}},
};

}  // namespace

constinit const Format pydocstyle{
    .name = "pydocstyle",
    .kind = Kind::linter,
    .title = "pydocstyle: default",
    .fix = {},
    .rerun = "pydocstyle {paths}",
    .rules = pydocstyle_rules,
    .claim = claimed_by_pydocstyle,
};

constinit const Format bandit{
    .name = "bandit",
    .kind = Kind::linter,
    .title = "bandit: txt, screen, custom, csv, yaml",
    .fix = {},
    .rerun = "bandit -r {paths}",
    .rules = bandit_rules,
};

constinit const Format black{
    .name = "black",
    .kind = Kind::linter,
    .title = "black --check",
    .fix = "black {paths}",
    .rerun = "black --check {paths}",
    .rules = black_rules,
};

constinit const Format isort{
    .name = "isort",
    .kind = Kind::linter,
    .title = "isort --check-only",
    .fix = "isort {paths}",
    .rerun = "isort --check-only {paths}",
    .rules = isort_rules,
};

constinit const Format pyflakes{
    .name = "pyflakes",
    .kind = Kind::linter,
    .title = "pyflakes: default",
    .fix = {},
    .rerun = "pyflakes {paths}",
    .rules = pyflakes_rules,
    .claim = claimed_by_pyflakes,
};

constinit const Format vulture{
    .name = "vulture",
    .kind = Kind::linter,
    .title = "vulture: default, --sort-by-size",
    .fix = {},
    .rerun = "vulture {paths}",
    .rules = vulture_rules,
};

constinit const Format tox{
    .name = "tox",
    .kind = Kind::build_failure,
    .title = "tox: environments that failed",
    .fix = {},
    .rerun = "tox",
    .rules = tox_rules,
};

constinit const Format unittest{
    .name = "unittest",
    .kind = Kind::test_failure,
    .title = "python -m unittest: default, --verbose",
    .fix = {},
    .rerun = "python3 -m unittest {tests}",
    .rules = unittest_rules,
    .exclusive = 1U << detail | 1U << first_frame | 1U << group | 1U << loading | 1U << running,
};

}  // namespace longhaul::diag::declared
