// Kotlin, Scala and Gradle.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

bool is_kotlin(std::string_view file) { return file.ends_with(".kt") || file.ends_with(".kts"); }
bool is_scala(std::string_view file) { return file.ends_with(".scala") || file.ends_with(".sc"); }

Claim claimed_by_kotlinc(const Fields& found) { return is_kotlin(found.file) ? Claim::sure : Claim::no; }
Claim claimed_by_scalac(const Fields& found) { return is_scala(found.file) ? Claim::sure : Claim::no; }

// As the compiler prints it, and as its plugin for Gradle does.
constexpr Rule kotlinc_rules[] = {
    {Act::item, "{file}:{line}:{column}: {severity}: {message}"},
    {Act::item, "e: file://{file}:{line}:{column} {message}", {.sure = true}},
    {Act::item, "w: file://{file}:{line}:{column} {message}", {.severity = Severity::warning, .sure = true}},
    {Act::item, "e: {file}: ({line}, {column}): {message}", {.sure = true}},
    {Act::item, "w: {file}: ({line}, {column}): {message}", {.severity = Severity::warning, .sure = true}},
    {Act::item, "error: {message:source file or directory not found: }", {.sure = true}},
    {Act::item, "error: {message:no source files}", {.sure = true}},
    {Act::item, "error: {message:invalid argument: }", {.sure = true}},
    {Act::item, "error: {message:unknown JVM target version: }", {.sure = true}},
    {Act::item, "error: {message:warnings found and -Werror specified}", {.sure = true}},
    {Act::item,
     "warning: {message:flag is not supported by this version of the compiler: }",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "warning: {message:classpath entry points to a non-existent location: }",
     {.severity = Severity::warning, .sure = true}},
    {Act::noise, "info: use -help for more information", {.sure = true}},
    {Act::noise, "info: kotlinc-jvm {rest}", {.sure = true}},
};

// Scala 2 alone and under sbt, and Scala 3, which draws a line behind the place.
constexpr Rule scalac_rules[] = {
    {Act::item, "{file}:{line}: {severity}: {message}"},
    {Act::item, "{file}:{line}:{column}: {severity}: {message}"},
    {Act::item, "[error] {file}:{line}:{column}: {message}"},
    {Act::item, "[warn] {file}:{line}:{column}: {message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line}:{column}: {message}"},
    {Act::item, "[error] {file}:{line}: {message}"},
    {Act::item, "[warn] {file}:{line}: {message}", {.severity = Severity::warning}},
    {Act::quote, "[error] {rest}", {.alone = true}},
    {Act::quote, "[warn] {rest}", {.alone = true}},
    {Act::item, "{?[error] }-- [{code:A9}] {message} Error: {file}:{line}:{column} {*:-}", {.sure = true}},
    {Act::item, "{?[error] }-- Error: {file}:{line}:{column} {*:-}", {.sure = true}},
    {Act::item,
     "{?[warn] }-- [{code:A9}] {message} Warning: {file}:{line}:{column} {*:-}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "{?[warn] }-- Warning: {file}:{line}:{column} {*:-}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "error: {message:source file '}", {.sure = true}},
    {Act::item, "scalac error: {message}", {.sure = true}},
    {Act::item, "error: {message:No warnings can be incurred under -Xfatal-warnings.}", {.sure = true}},
    {Act::item, "warning: {message:there was }", {.severity = Severity::warning, .sure = true}},
    {Act::item, "warning: {message:there were }", {.severity = Severity::warning, .sure = true}},
    {Act::tally, "{errors} error{?s} found", {.alone = true, .joins = true}},
    {Act::tally, "{warnings} warning{?s} found", {.alone = true, .joins = true}},
    {Act::noise, "{word} error{?s} found", {.alone = true}},
    {Act::noise, "{word} warning{?s} found", {.alone = true}},
    {Act::tally, "{errors} error{?s}", {.alone = true, .joins = true}},
    {Act::tally, "{warnings} warning{?s}", {.alone = true, .joins = true}},
};

enum : State { wrong = 1 };

// What a task ran has told its errors itself.
constexpr Rule gradle_rules[] = {
    {Act::noise, "> Task :{rest}", {.sure = true}},
    {Act::noise, "FAILURE: Build failed with an exception.", {.sure = true}},
    {Act::noise, "FAILURE: Build completed with {number} failures.", {.sure = true}},
    {Act::section, "* Where:", {.then = 0, .sure = true}},
    {Act::heading, "Build file '{file}' line: {line}", {.sure = true}},
    {Act::heading, "Settings file '{file}' line: {line}", {.sure = true}},
    {Act::heading, "Script '{file}' line: {line}", {.sure = true}},
    {Act::section, "* What went wrong:", {.then = wrong, .sure = true}},
    {Act::item,
     "Execution failed for task '{name}'.",
     {.when = wrong, .then = 0, .code = "error", .sure = true, .follower = true}},
    {Act::section, "* Try:", {.then = 0, .sure = true}},
    {Act::section, "* Get more help at {rest}", {.then = 0, .sure = true}},
    {Act::item, "{message}", {.when = wrong, .then = 0, .code = "error", .sure = true}},
    {Act::quote, "> {rest}", {.alone = true}},
    {Act::clean, "BUILD SUCCESSFUL in {rest}", {.sure = true}},
    {Act::noise, "BUILD FAILED in {rest}", {.sure = true}},
    {Act::noise, "{number} actionable task{?s}: {rest}", {.sure = true}},
};

enum : State { failed = 1 };

constexpr Rule gradle_test_rules[] = {
    {Act::open, "{name} > {message} FAILED", {.then = failed, .code = "failed", .sure = true}},
    {Act::place, "    {code:Name} at {file}:{line}", {.when = failed, .then = 0}},
    {Act::quote, "        Caused by: {rest}"},
    {Act::tally, "{number} test{?s} completed, {errors} failed, {number} skipped", {.sure = true}},
    {Act::tally, "{number} test{?s} completed, {errors} failed", {.sure = true}},
};

constexpr Rule scalastyle_rules[] = {
    {Act::item, "error file={file} message={message} line={line} column={column}", {.sure = true}},
    {Act::item, "error file={file} message={message} line={line}", {.sure = true}},
    {Act::item, "error file={file} message={message}", {.sure = true}},
    {Act::item,
     "warning file={file} message={message} line={line} column={column}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "warning file={file} message={message} line={line}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "warning file={file} message={message}", {.severity = Severity::warning, .sure = true}},
    {Act::noise, "Processed {number} file(s)", {.sure = true}},
    {Act::tally, "Found {errors} errors", {.alone = true, .joins = true}},
    {Act::tally, "Found {warnings} warnings", {.alone = true, .joins = true}},
    {Act::noise, "Found {number} infos", {.alone = true}},
    {Act::noise, "Finished in {number} ms", {.alone = true}},
};

}  // namespace

constinit const Format kotlinc{
    .name = "kotlinc",
    .kind = Kind::build_failure,
    .title = "kotlinc, and Kotlin's plugin for Gradle: text, XML",
    .fix = {},
    .rerun = {},
    .rules = kotlinc_rules,
    .claim = claimed_by_kotlinc,
};

constinit const Format scalac{
    .name = "scalac",
    .kind = Kind::build_failure,
    .title = "scalac 2 and 3, sbt: text",
    .fix = {},
    .rerun = {},
    .rules = scalac_rules,
    .claim = claimed_by_scalac,
    .quote_indent = 1,
    .gutter = true,
};

constinit const Format gradle{
    .name = "gradle",
    .kind = Kind::build_failure,
    .title = "gradle: what went wrong",
    .fix = {},
    .rerun = {},
    .rules = gradle_rules,
};

constinit const Format gradle_test{
    .name = "gradle-test",
    .kind = Kind::test_failure,
    .title = "Gradle's tests",
    .fix = {},
    .rerun = "gradle test",
    .rules = gradle_test_rules,
    .quote_indent = 4,
    .joint = " > ",
};

constinit const Format scalastyle{
    .name = "scalastyle",
    .kind = Kind::linter,
    .title = "scalastyle: text",
    .fix = {},
    .rerun = "scalastyle {paths}",
    .rules = scalastyle_rules,
};

}  // namespace longhaul::diag::declared
