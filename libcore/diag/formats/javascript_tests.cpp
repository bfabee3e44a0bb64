// jest and vitest.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

constexpr Rule jest_rules[] = {
    {Act::heading, "FAIL {file} ({rest} s)"},
    {Act::heading, "FAIL {file}"},
    {Act::section, "PASS {rest}"},
    {Act::item, "  ● Test suite failed to run", {.suite = true, .code = "suite failed to run"}},
    {Act::noise, "  ● Console"},
    {Act::item, "  ● {name}", {}},
    {Act::item, "{ }✕ {name}", {.channel = 1}},
    {Act::tally, "Tests: {counts} total", {.sure = true}},
    {Act::noise, "Test Suites: {rest} total", {.sure = true}},
    {Act::noise, "Snapshots: {rest} total"},
    {Act::noise, "Time: {rest}"},
    {Act::noise, "Ran all test suites{rest}"},
};

constexpr Rule vitest_rules[] = {
    {Act::tally, "Tests  {counts}", {.sure = true}},
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
};

}  // namespace longhaul::diag::declared
