// Test runners of compiled languages: GoogleTest, ctest, cargo test, go test.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// A running test may print anything; what fails in it is described before the line that names it.
enum : State { running = 1, totals = 2, failing = 3 };

// "Suite.Name", "Suite/Name.Name/1, where …": the list of what failed, its beginning cut off.
Claim claimed_by_googletest(const Fields& found) {
  const std::size_t dot = found.name.find('.');
  return dot != std::string_view::npos && dot < found.name.find(' ') ? Claim::sure : Claim::no;
}

constexpr Rule googletest_rules[] = {
    {Act::noise, "[==========] Running {rest}", {.then = 0, .sure = true, .owes = true}},
    {Act::noise, "[ RUN      ] {rest}", {.then = running, .sure = true}},
    {Act::open, "{file}:{line}: Failure", {.when = running, .then = failing, .code = "failed", .sure = true}},
    {Act::open, "{file}:{line}: Failure", {.when = 0, .then = failing, .code = "failed", .sure = true}},
    {Act::open, "unknown file: Failure", {.when = running, .then = failing, .code = "failed", .sure = true}},
    {Act::open, "unknown file: Failure", {.when = 0, .then = failing, .code = "failed", .sure = true}},
    {Act::finish, "[  FAILED  ] {name} ({number} ms)", {.when = failing, .then = 0, .sure = true}},
    {Act::finish, "[  FAILED  ] {name}", {.when = failing, .then = 0, .sure = true}},
    {Act::drop, "[       OK ] {rest}", {.when = failing, .then = 0, .sure = true}},
    {Act::noise, "[       OK ] {rest}", {.then = 0, .sure = true}},
    {Act::noise, "[  SKIPPED ] {rest}", {.then = 0, .sure = true}},
    {Act::tally, "[  FAILED  ] {errors} test{?s}, listed below:", {.then = totals, .sure = true}},
    {Act::item, "[  FAILED  ] {name} ({number} ms)", {.then = 0, .code = "failed", .sure = true}},
    {Act::noise, "[  FAILED  ] {name}", {.when = totals}},
    {Act::item, "[  FAILED  ] {name}", {.when = 0, .code = "failed"}},
    {Act::clean, "[  PASSED  ] {number} test{?s}.", {.sure = true}},
    {Act::noise, "[==========] {number} test{rest} ran.{rest}", {.then = 0, .sure = true}},
    {Act::noise, "[----------] {rest}", {.sure = true}},
    {Act::noise, "{~}{number} FAILED TEST{?S}", {.when = totals}},
    {Act::tally, "{~}{errors} FAILED TEST{?S}", {.when = 0, .sure = true}},
    {Act::noise, "Note: {rest}", {.alone = true}},
};

// What a failed test printed stands below it, another runner's report too.
enum : State { printed = 1 };

constexpr Rule ctest_rules[] = {
    {Act::noise, "Test project {rest}", {.sure = true, .owes = true}},
    {Act::noise, "{ }Start {~}{number}: {rest}", {.sure = true}},
    {Act::noise, "{~}{number}/{number} Test {~}#{number}: {rest}***Skipped{rest}", {.then = 0, .sure = true}},
    {Act::noise,
     "{~}{number}/{number} Test {~}#{number}: {rest}***Not Run (Disabled){rest}",
     {.then = 0, .sure = true}},
    {Act::open,
     "{~}{count}/{total} Test {~}#{number}: {name} {*:.}***Timeout{rest}",
     {.then = printed, .code = "timeout", .sure = true, .aligned = true}},
    {Act::open,
     "{~}{count}/{total} Test {~}#{number}: {name} {*:.}***Not Run{rest}",
     {.then = printed, .code = "not run", .sure = true, .aligned = true}},
    {Act::open,
     "{~}{count}/{total} Test {~}#{number}: {name} {*:.}***Exception: {message} {number}.{rest} sec",
     {.then = printed, .code = "exception", .sure = true, .aligned = true}},
    {Act::open,
     "{~}{count}/{total} Test {~}#{number}: {name} {*:.}Subprocess {rest}***Exception: {rest}",
     {.then = printed, .code = "exception", .sure = true, .aligned = true}},
    {Act::open,
     "{~}{count}/{total} Test {~}#{number}: {name} {*:.}***{rest}",
     {.then = printed, .code = "failed", .sure = true, .aligned = true}},
    {Act::noise, "{~}{number}/{number} Test {~}#{number}: {rest} Passed {rest}", {.then = 0, .sure = true}},
    {Act::tally, "{number}% tests passed, {errors} tests failed out of {number}", {.then = 0, .sure = true}},
    {Act::noise, "Total Test time (real) = {rest}"},
    {Act::noise, "The following tests FAILED:", {.sure = true}},
    {Act::noise, "The following tests did not run:", {.sure = true}},
    {Act::noise, "{ }{number} - {rest} ({rest})", {.alone = true}},
    {Act::noise, "Errors while running CTest", {.then = 0}},
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

// From a package's first test to its result: what the tests print stands between. A package may also fail
// without a test that did.
enum : State { package_tests = 1, result = 2 };

// An indented line is a subtest's, if it has the name of one; else a test's own words.
Claim claimed_by_go_test(const Fields& found) {
  return found.name.find('/') == std::string_view::npos ? Claim::no : Claim::sure;
}

constexpr Rule go_test_rules[] = {
    {Act::noise, "=== RUN   {rest}", {.then = package_tests, .sure = true}},
    {Act::noise, "=== PAUSE {rest}", {.then = package_tests, .sure = true}},
    {Act::noise, "=== CONT  {rest}", {.then = package_tests, .sure = true}},
    {Act::noise, "=== NAME  {rest}", {.then = package_tests, .sure = true}},
    {Act::item,
     "--- FAIL: {name} ({number}.{number}s)",
     {.then = package_tests, .code = "failed", .sure = true}},
    {Act::item, "{ }--- FAIL: {name} ({number}.{number}s)", {.then = package_tests, .code = "failed"}},
    {Act::noise, "{~}--- PASS: {rest}", {.then = package_tests, .sure = true}},
    {Act::noise, "{~}--- SKIP: {rest}", {.then = package_tests, .sure = true}},
    {Act::item,
     "panic: {message:test timed out after }",
     {.then = package_tests, .suite = true, .code = "timeout", .sure = true}},
    // the compiler said why
    {Act::item, "FAIL\t{name} [{rest} failed]", {.then = 0, .suite = true, .sure = true, .follower = true}},
    {Act::item, "FAIL\t{name}\t{rest}", {.when = 0, .suite = true, .sure = true}},
    {Act::item, "FAIL\t{name}\t{rest}", {.then = 0, .suite = true, .sure = true, .follower = true}},
    {Act::clean, "ok  \t{rest}", {.then = 0, .sure = true}},
    {Act::noise, "?   \t{rest} [no test files]", {.then = 0, .sure = true}},
    {Act::quote, "panic: {rest}", {.alone = true}},
    {Act::quote, "goroutine {number} [{rest}]:", {.alone = true}},
    {Act::noise, "FAIL", {.then = result, .next = "FAIL\t"}},
    {Act::noise, "FAIL", {.then = result, .next = "exit status "}},
    {Act::noise, "FAIL", {.then = result, .next = "coverage: "}},
    {Act::noise, "FAIL", {.then = 0, .alone = true}},
    {Act::clean, "PASS", {.then = 0, .alone = true}},
    {Act::noise, "exit status {number}", {.alone = true}},
    {Act::noise, "coverage: {rest}", {.alone = true}},
};

}  // namespace

constinit const Format googletest{
    .name = "googletest",
    .kind = Kind::test_failure,
    .title = "GoogleTest: text, json",
    .fix = {},
    .rerun = {},
    .rules = googletest_rules,
    .claim = claimed_by_googletest,
    .exclusive = 1U << failing,
    .loose = 1U << running,
    .enclosed = 1U << running,
};

constinit const Format ctest{
    .name = "ctest",
    .kind = Kind::test_failure,
    .title = "ctest: text",
    .fix = {},
    .rerun = "ctest --rerun-failed --output-on-failure",
    .rules = ctest_rules,
    .exclusive = 1U << printed,
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
    .claim = claimed_by_go_test,
    .exclusive = 1U << package_tests,
    .quote_indent = 4,
    .runs = &go,
};

}  // namespace longhaul::diag::declared
