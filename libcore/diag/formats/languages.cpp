// Compilers and linters of Rust, Go, Java, .NET and Terraform.
#include <algorithm>

#include "base/ascii.hpp"
#include "diag/formats/declared.hpp"
#include "diag/line_forms.hpp"
#include "diag/tally.hpp"

namespace longhaul::diag::declared {
namespace {

// A line of JSON may quote what rustc says.
bool is_rust(std::string_view file) { return file.ends_with(".rs") && !file.starts_with("{\""); }

Claim claimed_by_rustc(const Fields& found) {
  if (found.file.empty()) return Claim::maybe;
  return is_rust(found.file) ? Claim::sure : Claim::no;
}

// A lint is written with hyphens on the command line.
void lint_name(std::string_view code, std::string& normal) {
  normal = code;
  std::ranges::replace(normal, '-', '_');
}

constexpr Rule rustc_rules[] = {
    {Act::tally,
     "error: aborting due to {errors} previous errors; {warnings} warning{?s} emitted",
     {.sure = true}},
    {Act::tally, "error: aborting due to previous error; {warnings} warning{?s} emitted", {.sure = true}},
    {Act::tally,
     "error: aborting due to {errors} previous error; {warnings} warning{?s} emitted",
     {.sure = true}},
    {Act::tally, "error: aborting due to {errors} previous error{?s}", {.sure = true}},
    {Act::noise, "error: aborting due to previous error", {.sure = true}},
    {Act::tally, "warning: {warnings} warning{?s} emitted", {.sure = true}},
    {Act::item, "error: {message:linking with `}", {.sure = true}},
    {Act::item, "error: {message:couldn't read }", {.sure = true}},
    {Act::tally,
     "warning: `{rest}` ({rest}) generated {warnings} warning{?s} (run `{rest}` to apply {fixable} "
     "suggestion{?s})",
     {.sure = true}},
    {Act::noise, "warning: `{rest}` ({rest}) generated {rest}", {.sure = true}},
    {Act::item, "error: could not compile `{name}`{rest}", {.code = "error", .sure = true, .follower = true}},
    {Act::open, "error[{code:A9}]: {message}"},
    {Act::open, "error: {message}"},
    {Act::open, "warning: {message}", {.severity = Severity::warning}},
    {Act::place, "{~}--> {file}:{line}:{column}"},
    {Act::quote, "{ }::: {rest}"},
    {Act::more, "{ }= note: `#[warn({code:lint})]` {rest}"},
    {Act::more, "{ }= note: `#[deny({code:lint})]` {rest}"},
    {Act::more, "{ }= note: `-D {code:lint}` implied by {rest}"},
    {Act::more, "{ }= note: requested on the command line with `-W {code:lint}`"},
    {Act::more, "{ }= note: requested on the command line with `-D {code:lint}`"},
    {Act::more,
     "{ }= help: for further information visit "
     "https://rust-lang.github.io/rust-clippy/master/index.html#{code:lint}",
     {.code_begins = "clippy::"}},
    {Act::more,
     "{ }= help: for further information visit "
     "https://rust-lang.github.io/rust-clippy/rust-{number}.{number}.{number}/index.html#{code:lint}",
     {.code_begins = "clippy::"}},
    {Act::quote, "{ }= {rest}"},
    {Act::quote, "note: {rest}", {.alone = true}},
    {Act::quote, "help: {rest}", {.alone = true}},
    {Act::item, "{file}:{line}:{column}: {severity}[{code:A9}]: {message}"},
    {Act::item, "{file}:{line}:{column}: {severity}: {message}"},
    {Act::noise, "For more information about this error, try `rustc --explain {rest}`.", {.sure = true}},
    {Act::noise, "For more information about an error, try `rustc --explain {rest}`.", {.sure = true}},
    {Act::noise, "Some errors have detailed explanations: {rest}", {.sure = true}},
    {Act::noise, "{ }Compiling {rest}"},
    {Act::noise, "{ }Checking {rest}"},
    {Act::clean, "{ }Finished {rest} target(s) in {rest}"},
    {Act::item, "thread '{rest}' panicked at {file}:{line}:{column}:", {.code = "panic", .sure = true}},
    {Act::item,
     "thread '{rest}' panicked at '{message}', {file}:{line}:{column}",
     {.code = "panic", .sure = true}},
};

const Format* rustc_or_clippy(std::span<const Group> groups) {
  const auto is_clippys = [](const Group& group) { return group.code.starts_with("clippy::"); };
  return std::ranges::any_of(groups, is_clippys) ? &clippy : &rustc;
}

bool is_manifest(std::string_view file) { return file.ends_with(".toml"); }

Claim claimed_by_cargo(const Fields& found) {
  return found.file.empty() || is_manifest(found.file) ? Claim::maybe : Claim::no;
}

constexpr Rule cargo_rules[] = {
    {Act::item, "warning: {message:unused manifest key: }", {.severity = Severity::warning, .sure = true}},
    {Act::item, "error: {message:failed to run custom build command for }", {.sure = true}},
    {Act::item, "error: {message:package ID specification }", {.sure = true}},
    {Act::item, "error: {message:could not find `Cargo.toml` }", {.sure = true}},
    {Act::item, "error: {message:failed to parse manifest at }", {.sure = true}},
    {Act::item, "error: {message:failed to load manifest }", {.sure = true}},
    {Act::item, "error: {message:failed to select a version for }", {.sure = true}},
    {Act::item, "error: {message:no matching package }", {.sure = true}},
    {Act::item, "error: {message:no such command: }", {.sure = true}},
    {Act::open, "error: {message}", {.next = "--> "}},
    {Act::place, "{ }--> {file}:{line}:{column}"},
    {Act::item, "warning: {name}@{number}.{message}", {.severity = Severity::warning, .sure = true}},
};

bool is_go(std::string_view file) { return file.ends_with(".go"); }

// A code in parentheses is staticcheck's.
Claim claimed_by_go(const Fields& found) {
  const std::string_view last = last_in_parentheses(found.message);
  const bool is_code = !last.empty() && core::is_upper(last.front()) && core::is_digit(last.back());
  return is_go(found.file) && !is_code ? Claim::sure : Claim::no;
}

// "SA4006", "ST1003", "QF1001": staticcheck's own; golangci-lint gives the linter's name.
Claim claimed_by_staticcheck(const Fields& found) {
  return is_go(found.file) && !found.code.empty() ? Claim::sure : Claim::no;
}

constexpr Rule go_rules[] = {
    {Act::noise, "{file}:{line}:{column}: too many errors"},
    {Act::item, "{file}:{line}:{column}: {message}"},
    {Act::item, "{file}:{line}: {message}"},
    {Act::item, "vet: {file}:{line}:{column}: {message}"},
    {Act::noise, "too many errors", {.alone = true}},
    {Act::noise, "go: downloading {rest}"},
    {Act::item, "no Go files in {message}", {.sure = true}},
    {Act::item, "stat {name}: directory not found", {.sure = true}},
    {Act::item, "package {name} is not a main package", {.sure = true}},
    {Act::item, "go: {message}", {.code = "go"}},
};

constexpr Rule staticcheck_rules[] = {
    {Act::item, "{file}:{line}:{column}: {message} ({code:A9})"},
    {Act::item, "{file}:{line}:{column}: {message} (compile)", {.code = "compile", .sure = true}},
    {Act::item, "{ }({line}, {column}){ }{code:A9}{ }{message}", {.sure = true}},
};

constexpr Rule golangci_rules[] = {
    {Act::item, "{file}:{line}:{column}: {message} ({code:slug})"},
    {Act::item, "{file}:{line}: {message} ({code:slug})"},
    {Act::tally, "{total} issues:", {.sure = true}},
    {Act::clean, "0 issues.", {.sure = true}},
};

bool is_java(std::string_view file) { return file.ends_with(".java"); }

Claim claimed_by_javac(const Fields& found) { return is_java(found.file) ? Claim::sure : Claim::no; }

constexpr Rule javac_rules[] = {
    {Act::item, "{file}:{line}: warning: [{code:slug}] {message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line}: {severity}: {message}"},
    {Act::item, "error: {message:file not found: }", {.sure = true}},
    {Act::item, "error: {message:invalid flag: }", {.sure = true}},
    {Act::item, "error: {message:warnings found and -Werror specified}", {.sure = true}},
    {Act::tally, "{errors} error{?s}", {.alone = true, .joins = true}},
    {Act::tally, "{warnings} warning{?s}", {.alone = true, .joins = true}},
    {Act::noise, "only showing the first {rest}", {.alone = true}},
    {Act::noise, "Note: {rest}", {.alone = true}},
};

// maven prints what javac found below two headings, and the errors once more at the end. The levels in
// brackets may have been taken for the prefix of a logger.
enum : State { compile_warnings = 1, compile_errors = 2 };

constexpr Rule maven_rules[] = {
    {Act::section, "{?[INFO] }{?[WARNING] }COMPILATION WARNING :", {.then = compile_warnings, .sure = true}},
    {Act::section, "{?[INFO] }{?[ERROR] }COMPILATION ERROR :", {.then = compile_errors, .sure = true}},
    {Act::item,
     "{?[WARNING] }{file}:[{line},{column}] {message}",
     {.when = compile_warnings, .severity = Severity::warning}},
    {Act::item, "{?[ERROR] }{file}:[{line},{column}] {message}", {.when = compile_errors}},
    {Act::item,
     "{?[ERROR] }{message:Failed to execute goal }",
     {.then = compile_errors, .sure = true, .follower = true}},
    {Act::item,
     "{?[WARNING] }{file}:[{line},{column}] {message}",
     {.when = 0, .severity = Severity::warning, .sure = true}},
    {Act::item, "{?[FATAL] }{message:Non-parseable POM }", {.code = "error", .sure = true}},
    {Act::item, "{?[FATAL] }{message:Non-readable POM }", {.code = "error", .sure = true}},
    {Act::item, "{?[ERROR] }{message:Unknown lifecycle phase }", {.code = "error", .sure = true}},
    {Act::item,
     "{?[ERROR] }{message:The goal you specified requires a project }",
     {.code = "error", .sure = true}},
    {Act::item,
     "{?[ERROR] }{message:No goals have been specified for this build.}",
     {.code = "error", .sure = true}},
    {Act::item,
     "{?[WARNING] }{message:The POM for }",
     {.severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::clean, "{?[INFO] }BUILD SUCCESS", {.sure = true}},
    {Act::noise, "{?[INFO] }BUILD FAILURE", {.sure = true, .owes = true}},
    {Act::noise, "{?[INFO] }{number} error{?s}", {.alone = true}},
    {Act::noise, "{?[INFO] }{number} warning{?s}", {.alone = true}},
    {Act::noise, "[INFO]{rest}", {.alone = true}},
};

// What a test threw stands below its name, and its message may be any text.
enum : State { thrown = 1 };

constexpr Rule surefire_rules[] = {
    {Act::noise, "{?[INFO] } T E S T S", {.sure = true}},
    {Act::noise, "{?[INFO] }Running {rest}", {.then = 0, .alone = true}},
    {Act::noise,
     "{?[ERROR] }Tests run: {number}, Failures: {number}, Errors: {number}, Skipped: {number}, Time {rest}",
     {.then = 0, .sure = true}},
    {Act::open,
     "{?[ERROR] }{name}  Time elapsed: {rest} s  <<< FAILURE!",
     {.then = thrown, .code = "failed", .sure = true}},
    {Act::open,
     "{?[ERROR] }{name}  Time elapsed: {rest} s  <<< ERROR!",
     {.then = thrown, .suite = true, .code = "error", .sure = true}},
    {Act::place, "\tat {rest}({file}:{line})", {.when = thrown}},
    {Act::more, "{code:Name}: {message}", {.when = thrown}},
    {Act::noise, "{?[INFO] }Results:", {.then = 0, .sure = true}},
    {Act::noise, "{?[ERROR] }Failures:", {.then = 0}},
    {Act::noise, "{?[ERROR] }Errors:", {.then = 0}},
    {Act::tally,
     "{?[ERROR] }Tests run: {number}, Failures: {errors}, Errors: {warnings}, Skipped: {number}",
     {.then = 0, .sure = true}},
    {Act::clean,
     "{?[INFO] }Tests run: {number}, Failures: 0, Errors: 0, Skipped: {number}",
     {.then = 0, .sure = true}},
    {Act::noise, "{?[INFO] }BUILD {rest}", {.when = thrown, .then = 0}},
};

// A failed test is described below its name.
enum : State { failures = 2, finished = 3 };

constexpr Rule junit_rules[] = {
    {Act::section, "Failures ({number}):", {.then = failures, .sure = true}},
    {Act::open, "  JUnit {rest}:{name}", {.when = failures, .code = "failed"}},
    {Act::quote, "    MethodSource [{rest}]", {.sure = true}},
    {Act::quote, "    ClassSource [{rest}]", {.sure = true}},
    {Act::more, "    => {code:Name}: {message}", {.when = failures}},
    {Act::noise, "Test run finished after {number} ms", {.then = finished, .sure = true}},
    {Act::tally, "[{ }{number} containers {rest}found{ }]", {.when = finished, .sure = true, .joins = true}},
    {Act::tally, "[{ }{errors} containers failed{ }]", {.when = finished, .sure = true, .joins = true}},
    {Act::tally, "[{ }{errors} tests failed{ }]", {.when = finished, .sure = true, .joins = true}},
    {Act::tally, "[{ }{number} containers {rest}]", {.when = finished, .joins = true}},
    {Act::tally, "[{ }{number} tests {rest}]", {.when = finished, .joins = true}},
};

// An exception of a class with a package.
Claim claimed_by_java(const Fields& found) {
  return found.code.find('.') == std::string_view::npos ? Claim::no : Claim::sure;
}

constexpr Rule java_rules[] = {
    {Act::open, "Exception in thread \"{rest}\" {code:Name}: {message}", {.sure = true}},
    {Act::open, "Exception in thread \"{rest}\" {code:Name}", {.sure = true}},
    {Act::item, "{code:Name}: {message}", {.next = "at "}},
    {Act::place, "{ }at {rest}({file}:{line})"},
    {Act::quote, "{ }at {rest}({rest})"},
    {Act::quote, "{ }... {number} more"},
    {Act::quote, "Caused by: {rest}", {.alone = true}},
};

// Behind the panic, and among the frames of its goroutines.
enum : State { panicking = 1, frames = 2 };

// A program that panics; in a test it is the test that failed.
constexpr Rule go_panic_rules[] = {
    {Act::open, "panic: {message}", {.then = panicking}},
    {Act::open, "fatal error: {message}", {.then = panicking}},
    {Act::quote, "\tpanic: {rest}"},
    {Act::quote, "[signal {rest}", {.when = panicking}},
    {Act::quote, "goroutine {number} [{rest}]:", {.then = frames, .alone = true}},
    {Act::quote, "\t{rest}/src/runtime/{rest}", {.when = frames}},
    {Act::place, "\t{file}:{line} +0x{rest}"},
    {Act::place, "\t{file}:{line}", {.when = frames}},
    {Act::quote, "{rest}({rest})", {.when = frames}},
    {Act::quote, "created by {rest}", {.when = frames}},
    {Act::noise, "exit status {number}", {.when = frames, .then = 0}},
};

constexpr Rule dotnet_rules[] = {
    {Act::item, "{file}({line},{column}): {severity} {code:A9}: {message} [{rest}]", {.sure = true}},
    {Act::item, "{file} : {severity} {code:A9}: {message}", {.sure = true}},
    {Act::noise, "Build FAILED.", {.sure = true}},
    {Act::clean, "Build succeeded.", {.sure = true}},
    {Act::noise, "    {number} Warning(s)", {.sure = true}},
    {Act::noise, "    {number} Error(s)", {.sure = true}},
    {Act::open, "Unhandled exception. {code:Name}: {message}", {.sure = true}},
    {Act::place, "   at {rest} in {file}:line {line}"},
    {Act::quote, "   at {rest}"},
};

constexpr Rule terraform_rules[] = {
    {Act::open, "│ Error: {message}", {.sure = true}},
    {Act::open, "│ Warning: {message}", {.severity = Severity::warning, .sure = true}},
    {Act::place, "│   on {file} line {line}, in {rest}:"},
    {Act::place, "│   on {file} line {line}:"},
    {Act::quote, "│ {rest}"},
    {Act::quote, "│"},
    {Act::quote, "╷"},
    {Act::quote, "╵"},
    {Act::clean, "Success! The configuration is valid.", {.sure = true}},
};

}  // namespace

constinit const Format rustc{
    .name = "rustc",
    .kind = Kind::build_failure,
    .title = "rustc, cargo build and clippy: human, short, json",
    .fix = {},
    .rerun = {},
    .rules = rustc_rules,
    .claim = claimed_by_rustc,
    .normal_code = lint_name,
    .reads_file = is_rust,
    .gutter = true,
    .really = rustc_or_clippy,
};

// Its lines are read as rustc's.
constinit const Format clippy{
    .name = "clippy",
    .kind = Kind::linter,
    .title = "cargo clippy: human, json",
    .fix = "cargo clippy --fix",
    .rerun = "cargo clippy",
    .rules = {},
};

constinit const Format cargo{
    .name = "cargo",
    .kind = Kind::build_failure,
    .title = "cargo's own errors",
    .fix = {},
    .rerun = {},
    .rules = cargo_rules,
    .claim = claimed_by_cargo,
    .reads_file = is_manifest,
    .quote_indent = 2,
    .gutter = true,
};

constinit const Format go{
    .name = "go",
    .kind = Kind::build_failure,
    .title = "go build, go vet",
    .fix = {},
    .rerun = "go vet ./...",
    .rules = go_rules,
    .claim = claimed_by_go,
};

constinit const Format go_panic{
    .name = "go-panic",
    .kind = Kind::runtime_error,
    .title = "Go programs that panic",
    .fix = {},
    .rerun = {},
    .rules = go_panic_rules,
    .reads_file = is_go,
};

constinit const Format dotnet{
    .name = "dotnet",
    .kind = Kind::build_failure,
    .title = "dotnet build and msbuild; unhandled exceptions",
    .fix = {},
    .rerun = {},
    .rules = dotnet_rules,
};

constinit const Format terraform{
    .name = "terraform",
    .kind = Kind::build_failure,
    .title = "terraform: text",
    .fix = {},
    .rerun = {},
    .rules = terraform_rules,
};

constinit const Format staticcheck{
    .name = "staticcheck",
    .kind = Kind::linter,
    .title = "staticcheck: text",
    .fix = {},
    .rerun = "staticcheck ./...",
    .rules = staticcheck_rules,
    .claim = claimed_by_staticcheck,
};

constinit const Format golangci_lint{
    .name = "golangci-lint",
    .kind = Kind::linter,
    .title = "golangci-lint: text",
    .fix = "golangci-lint run --fix",
    .rerun = "golangci-lint run",
    .rules = golangci_rules,
    .claim = claimed_by_staticcheck,
    .quote_indent = 1,
};

constinit const Format javac{
    .name = "javac",
    .kind = Kind::build_failure,
    .title = "javac: text",
    .fix = {},
    .rerun = {},
    .rules = javac_rules,
    .claim = claimed_by_javac,
    .quote_indent = 2,
};

constinit const Format maven{
    .name = "maven",
    .kind = Kind::build_failure,
    .title = "maven: what the compiler found",
    .fix = {},
    .rerun = {},
    .rules = maven_rules,
    .loose = 1U << compile_warnings | 1U << compile_errors,
    .quote_indent = 2,
};

constinit const Format surefire{
    .name = "surefire",
    .kind = Kind::test_failure,
    .title = "Maven's tests: surefire and failsafe",
    .fix = {},
    .rerun = "mvn test",
    .rules = surefire_rules,
    .exclusive = 1U << thrown,
};

constinit const Format junit{
    .name = "junit",
    .kind = Kind::test_failure,
    .title = "JUnit's console launcher, and JUnit's XML of any runner or linter",
    .fix = {},
    .rerun = {},
    .rules = junit_rules,
    .loose = 1U << failures,
};

constinit const Format java{
    .name = "java",
    .kind = Kind::runtime_error,
    .title = "Java exceptions: uncaught, logged",
    .fix = {},
    .rerun = {},
    .rules = java_rules,
    .claim = claimed_by_java,
};

}  // namespace longhaul::diag::declared
