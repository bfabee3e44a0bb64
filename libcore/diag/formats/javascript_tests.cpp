// jest, vitest and playwright.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

constexpr Rule jest_rules[] = {
    {Act::heading, "FAIL {file} ({rest} s)"},
    {Act::heading, "FAIL {file}"},
    {Act::heading, " FAIL  {file} ({rest} s)"},
    {Act::heading, " FAIL  {file}"},
    {Act::heading, "::group::Errors thrown in {file}", {.sure = true}},
    {Act::noise, "::endgroup::"},
    {Act::section, "PASS {rest}"},
    {Act::section, " PASS  {rest}"},
    {Act::item, "  ● Test suite failed to run", {.suite = true, .code = "suite failed to run"}},
    {Act::noise, "  ● Console"},
    {Act::item, "  ● {name}", {.code = "failed"}},
    {Act::item, "{ }✕ {name}", {.channel = 1, .code = "failed"}},
    {Act::item, "::error file={file},line={line},title={name}::{message}", {.channel = 2, .code = "failed"}},
    {Act::tally, "Test Suites:{ }{count} failed, {rest} total", {.sure = true, .joins = true}},
    {Act::noise, "Test Suites:{ }{rest} total", {.sure = true}},
    {Act::tally, "Tests:{ }{errors} total", {.sure = true, .joins = true}},  // of none
    {Act::tally, "Tests:{ }{counts} total", {.sure = true, .joins = true}},
    {Act::noise, "Snapshots:{ }{rest} total"},
    {Act::noise, "Time:{ }{rest}"},
    {Act::noise, "Ran all test suites{rest}"},
    {Act::noise, "Summary of all failing tests", {.sure = true}},
    {Act::noise, "Snapshot Summary"},
    {Act::clean, "No tests found, exiting with code 0", {.sure = true}},
    {Act::item,
     "{message:No tests found, exiting with code}",
     {.suite = true, .code = "no tests", .sure = true}},
};

// States of vitest's report: between failures, inside one, at the totals. What tests print may look like any
// line of it, so that a line only counts where the report has got that far.
enum : State { report = 1, detail = 2, totals = 3 };

constexpr Rule vitest_rules[] = {
    {Act::noise, " RUN  v{rest}", {.then = 0, .sure = true, .owes = true}},
    {Act::section, "{*:⎯} Failed Tests {number} {*:⎯}", {.then = report, .sure = true}},
    {Act::section, "{*:⎯} Failed Suites {number} {*:⎯}", {.then = report, .sure = true}},
    {Act::section, "{*:⎯} Unhandled Errors {*:⎯}", {.then = detail, .sure = true}},
    {Act::item,
     "{*:⎯} Unhandled {name} {*:⎯}",
     {.when = detail, .then = report, .suite = true, .code = "unhandled error"}},
    {Act::item,
     "{*:⎯} Uncaught {name} {*:⎯}",
     {.when = detail, .then = report, .suite = true, .code = "unhandled error"}},
    {Act::section, "{*:⎯}[{number}/{number}]{*:⎯}", {.when = detail, .then = report}},
    {Act::section, "{*:⎯}[{number}/{number}]{*:⎯}", {.when = report, .then = report}},
    // where the beginning was cut off
    {Act::section, "{*:⎯}[{number}/{number}]{*:⎯}", {.when = 0, .then = report, .sure = true}},
    {Act::section, "{*:⎯}", {.when = detail}},
    {Act::item,
     " FAIL  {?|}{file} [ {rest} ]",
     {.when = report, .suite = true, .code = "suite failed to run"}},
    {Act::item, " FAIL  {?|}{file} > {name}", {.when = report, .code = "failed"}},
    {Act::tally,
     " Test Files  {count} failed{rest} ({number})",
     {.then = totals, .sure = true, .joins = true}},
    {Act::noise, " Test Files  {rest} ({number})", {.then = totals}},
    {Act::tally, "{ }Tests  {counts}", {.when = totals, .then = 0, .sure = true, .joins = true}},
    {Act::clean, "No test files found, exiting with code 0"},
    {Act::item,
     "{message:No test files found, exiting with code}",
     {.suite = true, .code = "no tests", .sure = true}},
    {Act::more, "{code:Name}: {message}", {.when = report, .then = detail}},
    {Act::more, "{message}", {.when = report, .then = detail}},
    {Act::noise, " ❯ {rest} tests | {number} failed) {rest}"},
    {Act::item, "{ }× {name}", {.code = "failed", .follower = true}},
    {Act::item,
     "::error file={rest},title={file} > {name},line={number},column={number}::{message}",
     {.channel = 2, .code = "failed", .sure = true}},
    {Act::item,
     "::error file={file},title=Unhandled error,line={line},column={column}::{message}",
     {.channel = 2, .suite = true, .code = "unhandled error"}},
    {Act::item,
     "::error file={rest},title={file},line={number},column={number}::{message}",
     {.channel = 2, .suite = true, .code = "suite failed to run"}},
};

// What failed is described after the list of tests, and named once more at the end.
enum : State { described = 1, named = 2 };

constexpr Rule playwright_rules[] = {
    {Act::noise,
     "Running {number} test{?s} using {number} worker{?s}",
     {.then = 0, .sure = true, .owes = true}},
    {Act::item,
     "  {number}) [{word}] › {file}:{line}:{column} › {name} {*:─}",
     {.then = described, .code = "failed", .sure = true}},
    {Act::item,
     "  {number}) {file}:{line}:{column} › {name} {*:─}",
     {.then = described, .code = "failed", .sure = true}},
    {Act::more, "    {code:Name}: {message}", {.when = described}},
    {Act::tally, "  {errors} failed", {.then = named, .alone = true}},
    {Act::noise, "    {file}:{line}:{column} › {rest}", {.when = named}},
    {Act::noise, "    [{word}] › {rest}", {.when = named}},
    {Act::noise, "  {number} flaky", {.then = named, .alone = true}},
    {Act::noise, "  {number} skipped", {.then = 0, .alone = true}},
    {Act::noise, "  {number} did not run", {.then = 0, .alone = true}},
    {Act::clean, "  {number} passed ({rest})", {.then = 0}},
};

}  // namespace

constinit const Format jest{
    .name = "jest",
    .kind = Kind::test_failure,
    .title = "jest: default, --verbose, --json",
    .fix = {},
    .rerun = "npx jest {tests}",
    .rules = jest_rules,
    .quote_indent = 4,
};

constinit const Format vitest{
    .name = "vitest",
    .kind = Kind::test_failure,
    .title = "vitest: default, verbose, dot, json",
    .fix = {},
    .rerun = "npx vitest run {tests}",
    .rules = vitest_rules,
    .exclusive = 1U << report | 1U << detail,
    .joint = " > ",
};

constinit const Format playwright{
    .name = "playwright",
    .kind = Kind::test_failure,
    .title = "playwright test: list, line, dot, json",
    .fix = {},
    .rerun = "npx playwright test {tests}",
    .rules = playwright_rules,
    .loose = 1U << described,
};

}  // namespace longhaul::diag::declared
