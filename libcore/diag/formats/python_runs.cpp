// pytest, and Python's own tracebacks.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// States of a pytest report. In `failures` and `errors` any text may appear.
enum : State { failures = 1, errors = 2, warnings = 3, summary = 4, captured = 5, running = 6 };

constexpr std::uint32_t details =
    1U << running | 1U << failures | 1U << errors | 1U << warnings | 1U << captured;

constexpr Rule pytest_rules[] = {
    {Act::section, "{*:=} test session starts {*:=}", {.then = running, .sure = true, .owes = true}},
    {Act::section,
     "Test session starts (platform: {rest}, pytest-sugar {rest})",
     {.then = running, .sure = true, .owes = true}},
    {Act::noise, "Results ({rest}s):", {.then = 0, .sure = true}},
    {Act::section, "{*:=} FAILURES {*:=}", {.then = failures, .sure = true}},
    {Act::section, "{*:=} ERRORS {*:=}", {.then = errors, .sure = true}},
    {Act::section, "{*:=} warnings summary {*:=}", {.then = warnings, .sure = true}},
    {Act::section, "{*:=} warnings summary (final) {*:=}", {.then = warnings, .sure = true}},
    {Act::section, "{*:=} short test summary info {*:=}", {.then = summary, .sure = true}},
    {Act::section, "{*:=} PASSES {*:=}", {.then = captured, .sure = true}},
    {Act::section, "{*:=} XFAILURES {*:=}", {.then = captured, .sure = true}},
    {Act::section, "{*:=} slowest {rest} {*:=}", {.then = captured, .sure = true}},
    {Act::tally, "{*:=} {counts} in {rest}s{rest} {*:=}", {.then = 0, .sure = true, .as_wide = true}},
    {Act::clean, "{*:=} no tests ran in {rest} {*:=}", {.then = 0, .sure = true}},
    {Act::section, "{*:=} {rest} {*:=}", {.when = failures, .then = captured}},
    {Act::section, "{*:=} {rest} {*:=}", {.when = errors, .then = captured}},
    {Act::section, "{*:=} {rest} {*:=}", {.when = warnings, .then = captured}},
    {Act::section, "{*:=} {rest} {*:=}", {.when = summary, .then = captured}},
    // details: the name in a line, then source, then the place
    {Act::open,
     "{*:_} {name} {*:_}",
     {.when = running, .then = failures, .channel = 1, .code = "failed", .as_wide = true}},
    {Act::open, "{*:_} {name} {*:_}", {.when = failures, .channel = 1, .code = "failed"}},
    {Act::open, "{*:_} {name} {*:_}", {.when = errors, .channel = 1, .suite = true, .code = "error"}},
    {Act::place, "{file}:{line}: {rest}", {.when = failures}},
    {Act::place, "{file}:{line}: {rest}", {.when = errors}},
    {Act::item, "FAILED {file}::{name} - {code:Name}: {message}", {.when = summary, .by_message = true}},
    {Act::item,
     "FAILED {file}::{name} - assert {message}",
     {.when = summary, .code = "AssertionError", .by_message = true}},
    {Act::item, "FAILED {file}::{name} - {message}", {.when = summary, .code = "failed", .by_message = true}},
    {Act::item, "FAILED {file}::{name}", {.when = summary, .code = "failed"}},
    {Act::item,
     "ERROR {file}::{name} - {code:Name}: {message}",
     {.when = summary, .suite = true, .by_message = true}},
    {Act::item,
     "ERROR {file}::{name} - {message}",
     {.when = summary, .suite = true, .code = "error", .by_message = true}},
    {Act::item, "ERROR {file}::{name}", {.when = summary, .suite = true, .code = "error"}},
    {Act::item, "ERROR {file} - {message}", {.when = summary, .suite = true, .code = "error"}},
    {Act::item, "ERROR {file}", {.when = summary, .suite = true, .code = "error"}},
    // where the beginning was cut off, or the run did not come to its summary
    {Act::item, "FAILED {file}::{name} - {code:Name}: {message}", {.when = 0, .by_message = true}},
    {Act::item,
     "FAILED {file}::{name} - assert {message}",
     {.when = 0, .code = "AssertionError", .by_message = true}},
    {Act::item, "FAILED {file}::{name} - {message}", {.when = 0, .code = "failed", .by_message = true}},
    {Act::item, "FAILED {file}::{name}", {.when = 0, .code = "failed"}},
    {Act::item,
     "ERROR {file}::{name} - {code:Name}: {message}",
     {.when = 0, .suite = true, .by_message = true}},
    {Act::item,
     "ERROR {file}::{name} - {message}",
     {.when = 0, .suite = true, .code = "error", .by_message = true}},
    {Act::item, "{file}::{name} FAILED{rest}%]", {.when = running, .channel = 2, .code = "failed"}},
    {Act::item,
     "{file}::{name} ERROR{rest}%]",
     {.when = running, .channel = 2, .suite = true, .code = "error"}},
    {Act::item, "{file}::{name} FAILED{rest}%]", {.when = 0, .channel = 2, .code = "failed"}},
    {Act::item, "{file}::{name} ERROR{rest}%]", {.when = 0, .channel = 2, .suite = true, .code = "error"}},
    {Act::noise, "{file}::{name} PASSED{rest}%]"},
    {Act::noise, "{file}::{name} SKIPPED{rest}%]"},
    {Act::noise, "{file}::{name} XFAIL{rest}%]"},
    {Act::noise, "PASSED {rest}", {.when = summary}},
    {Act::noise, "SKIPPED {rest}", {.when = summary}},
    {Act::noise, "XFAIL {rest}", {.when = summary}},
    {Act::noise, "XPASS {rest}", {.when = summary}},
    {Act::quote, "{*:!} {rest} {*:!}"},
    {Act::noise, "rootdir: {rest}"},
    {Act::noise, "platform {rest} -- Python {rest}"},
    {Act::noise, "plugins: {rest}"},
    {Act::noise, "collected {number} item{rest}"},
    {Act::noise, "collecting ... {rest}"},
    // pytest -q ends so
    {Act::clean, "no tests ran in {rest}s"},
    {Act::tally, "{counts} in {rest}s", {.when = summary, .then = 0}},
    {Act::tally, "{counts} in {rest}s", {.when = failures, .then = 0, .last = true}},
    {Act::tally, "{counts} in {rest}s", {.when = errors, .then = 0, .last = true}},
    {Act::tally, "{counts} in {rest}s", {.when = 0, .then = 0, .alone = true}},
};

// States of a traceback; an exception group holds others, which are part of it.
enum : State { frames = 1, after = 2, group = 3, members = 4 };

constexpr Rule python_rules[] = {
    {Act::open, "{~}Traceback (most recent call last):", {.then = frames, .sure = true}},
    {Act::open, "{~}+ Exception Group Traceback (most recent call last):", {.then = group, .sure = true}},
    // behind the dots of a test run that was interrupted, or a logger's words
    {Act::open, "{rest}Traceback (most recent call last):", {.when = 0, .then = frames}},
    {Act::replace, "{ }File \"{file}\", line {line}, in {rest}", {.when = frames}},
    {Act::replace, "{ }File \"{file}\", line {line}", {.when = frames}},
    {Act::open, "  File \"{file}\", line {line}", {.then = frames, .sure = true}},
    {Act::item, "Sorry: {code:Name}: {message} ({file}, line {line})", {.sure = true}},  // compileall
    {Act::open, "Exception ignored in: {rest}", {.then = frames}},
    {Act::finish, "{~}{code:Name}: {message}", {.when = frames, .then = after}},
    {Act::finish, "{~}{code:Name}:", {.when = frames, .then = after}},
    {Act::finish, "{~}{code:Name}", {.when = frames, .then = after}},
    {Act::quote, "{ }{rest}", {.when = frames}},
    {Act::replace, "{~}|   File \"{file}\", line {line}, in {rest}", {.when = group}},
    {Act::finish, "{~}| {code:Name}: {message}", {.when = group, .then = members}},
    {Act::quote, "{~}| {rest}", {.when = group}},
    {Act::quote, "{~}|{rest}", {.when = members}},
    {Act::quote, "{~}+-{rest}", {.when = members}},
    {Act::quote, "\"\"\"", {.when = after}},
    {Act::drop, "{~}The above exception was the direct cause of the following exception:", {.when = members}},
    {Act::drop, "{~}During handling of the above exception, another exception occurred:", {.when = members}},
    {Act::drop, "{~}During handling of the above exception, another exception occurred:", {.when = after}},
    {Act::drop, "{~}The above exception was the direct cause of the following exception:", {.when = after}},
};

}  // namespace

constinit const Format pytest{
    .name = "pytest",
    .kind = Kind::test_failure,
    .title = "pytest: every verbosity and --tb style, with xdist",
    .fix = {},
    .rerun = "pytest {tests}",
    .rules = pytest_rules,
    .exclusive = details,
    .joint = "::",
};

constinit const Format python{
    .name = "python",
    .kind = Kind::runtime_error,
    .title = "Python tracebacks: uncaught, chained, logged, exception groups",
    .fix = {},
    .rerun = {},
    .rules = python_rules,
};

}  // namespace longhaul::diag::declared
