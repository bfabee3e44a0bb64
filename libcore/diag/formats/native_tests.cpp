// Test runners of compiled languages: GoogleTest, ctest, cargo test, go test.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// A running test may print anything.
enum : State { running = 1, totals = 2 };

constexpr Rule googletest_rules[] = {
    {Act::noise, "[==========] Running {rest}", {.then = 0, .sure = true, .owes = true}},
    {Act::noise, "[ RUN      ] {rest}", {.then = running, .sure = true}},
    {Act::noise, "[       OK ] {rest}", {.then = 0, .sure = true}},
    {Act::noise, "[  SKIPPED ] {rest}", {.then = 0, .sure = true}},
    {Act::tally, "[  FAILED  ] {errors} test{?s}, listed below:", {.then = totals, .sure = true}},
    {Act::item, "[  FAILED  ] {name} ({number} ms)", {.then = 0, .code = "failed", .sure = true}},
    {Act::noise, "[  FAILED  ] {name}", {.when = totals}},
    {Act::clean, "[  PASSED  ] {number} test{?s}.", {.sure = true}},
    {Act::noise, "[==========] {number} test{rest} ran.{rest}", {.then = 0, .sure = true}},
    {Act::noise, "[----------] {rest}", {.sure = true}},
    {Act::noise, " {number} FAILED TEST{?S}", {.then = 0}},
    {Act::noise, "Note: {rest}", {.alone = true}},
};

constexpr Rule ctest_rules[] = {
    {Act::noise, "Test project {rest}", {.sure = true, .owes = true}},
    {Act::noise, "{ }Start {~}{number}: {rest}", {.sure = true}},
    {Act::noise, "{~}{number}/{number} Test {~}#{number}: {rest}***Skipped{rest}", {.sure = true}},
    {Act::item,
     "{~}{number}/{number} Test {~}#{number}: {name} {*:.}***Timeout{rest}",
     {.code = "timeout", .sure = true}},
    {Act::item,
     "{~}{number}/{number} Test {~}#{number}: {name} {*:.}***Not Run{rest}",
     {.code = "not run", .sure = true}},
    {Act::item,
     "{~}{number}/{number} Test {~}#{number}: {name} {*:.}***Exception: {message} {number}.{rest} sec",
     {.code = "exception", .sure = true}},
    {Act::item,
     "{~}{number}/{number} Test {~}#{number}: {name} {*:.}***{rest}",
     {.code = "failed", .sure = true}},
    {Act::noise, "{~}{number}/{number} Test {~}#{number}: {rest} Passed {rest}", {.sure = true}},
    {Act::tally, "{number}% tests passed, {errors} tests failed out of {number}", {.sure = true}},
    {Act::noise, "Total Test time (real) = {rest}"},
    {Act::noise, "The following tests FAILED:", {.sure = true}},
    {Act::noise, "The following tests did not run:", {.sure = true}},
    {Act::noise, "{ }{number} - {rest} ({rest})", {.alone = true}},
    {Act::noise, "Errors while running CTest"},
    {Act::clean, "No tests were found!!!", {.sure = true}},
};

// What failed tests printed, which may be anything, and then their names.
enum : State { outputs = 3, names = 4 };

constexpr Rule cargo_test_rules[] = {
    {Act::noise, "running {number} test{?s}", {.when = 0, .owes = true}},
    {Act::item, "test {name} ... FAILED", {.when = 0, .code = "failed", .sure = true}},
    {Act::noise, "test {rest} ... ok", {.when = 0, .sure = true}},
    {Act::noise, "test {rest} ... ignored{rest}", {.when = 0, .sure = true}},
    {Act::section, "failures:", {.when = outputs, .then = names}},
    {Act::section, "failures:", {.when = 0, .then = outputs}},
    {Act::section, "---- {rest} stdout ----", {.then = outputs, .sure = true}},
    {Act::item, "    {name}", {.when = names, .channel = 1, .code = "failed"}},
    {Act::tally,
     "test result: FAILED. {number} passed; {errors} failed; {rest}",
     {.when = names, .then = 0, .sure = true}},
    {Act::tally, "test result: FAILED. {number} passed; {errors} failed; {rest}", {.when = 0, .sure = true}},
    {Act::clean, "test result: ok. {rest}", {.when = 0, .sure = true}},
    {Act::noise, "error: test failed, to rerun pass {rest}", {.sure = true}},
    {Act::noise, "error: doctest failed, to rerun pass {rest}", {.sure = true}},
    {Act::noise, "error: {number} target{?s} failed:", {.sure = true}},
    {Act::noise, "{ }Running {rest}", {.alone = true}},
    {Act::noise, "{ }Doc-tests {rest}", {.alone = true}},
};

constexpr Rule go_test_rules[] = {
    {Act::noise, "=== RUN   {rest}", {.sure = true}},
    {Act::noise, "=== PAUSE {rest}", {.sure = true}},
    {Act::noise, "=== CONT  {rest}", {.sure = true}},
    {Act::noise, "=== NAME  {rest}", {.sure = true}},
    {Act::item, "{~}--- FAIL: {name} ({number}.{number}s)", {.code = "failed", .sure = true}},
    {Act::noise, "{~}--- PASS: {rest}", {.sure = true}},
    {Act::noise, "{~}--- SKIP: {rest}", {.sure = true}},
    {Act::item, "panic: {message:test timed out after }", {.suite = true, .code = "timeout", .sure = true}},
    // the compiler said why
    {Act::item, "FAIL\t{name} [{rest} failed]", {.suite = true, .sure = true, .follower = true}},
    {Act::item, "FAIL\t{name}\t{rest}", {.suite = true, .sure = true, .follower = true}},
    {Act::clean, "ok  \t{rest}", {.sure = true}},
    {Act::noise, "?   \t{rest} [no test files]", {.sure = true}},
    {Act::quote, "panic: {rest}", {.alone = true}},
    {Act::quote, "goroutine {number} [{rest}]:", {.alone = true}},
    {Act::noise, "FAIL", {.alone = true}},
    {Act::clean, "PASS", {.alone = true}},
    {Act::noise, "exit status {number}", {.alone = true}},
};

}  // namespace

constinit const Format googletest{
    .name = "googletest",
    .kind = Kind::test_failure,
    .title = "GoogleTest: text",
    .fix = {},
    .rerun = {},
    .rules = googletest_rules,
    .loose = 1U << running,
};

constinit const Format ctest{
    .name = "ctest",
    .kind = Kind::test_failure,
    .title = "ctest: text",
    .fix = {},
    .rerun = "ctest --rerun-failed --output-on-failure",
    .rules = ctest_rules,
};

constinit const Format cargo_test{
    .name = "cargo-test",
    .kind = Kind::test_failure,
    .title = "cargo test: default, --quiet",
    .fix = {},
    .rerun = "cargo test",
    .rules = cargo_test_rules,
    .exclusive = 1U << outputs,
    .joint = "::",
};

constinit const Format go_test{
    .name = "go-test",
    .kind = Kind::test_failure,
    .title = "go test: default, -v",
    .fix = {},
    .rerun = "go test ./...",
    .rules = go_test_rules,
    .quote_indent = 4,
};

}  // namespace longhaul::diag::declared
