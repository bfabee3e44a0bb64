// Interpreters of Ruby, PHP and Perl, and what checks and tests Ruby.
#include <algorithm>

#include "base/ascii.hpp"
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// C, R and W of rubocop are a matter of taste, as pylint's are.
bool is_ruby(std::string_view file) {
  constexpr std::string_view endings[] = {".rb", ".rake", ".gemspec", ".ru", "Gemfile", "Rakefile"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return file.ends_with(ending); });
}

// "Style/For", "RSpec/Rails/HaveHttpStatus".
bool is_cop(std::string_view code) {
  return std::ranges::count(code, '/') != 0 && core::is_upper(code.front()) &&
         std::ranges::all_of(code, [](char c) { return core::is_alnum(c) || c == '/'; });
}

// Only a cop's name tells a table of its numbers from another's.
Claim claimed_by_rubocop(const Fields& found) {
  // without a file: below its heading
  if (found.code.empty() && found.file.empty()) return Claim::maybe;
  if (found.code.empty()) return is_ruby(found.file) ? Claim::sure : Claim::no;
  if (found.has(Field::count)) return is_cop(found.code) ? Claim::maybe : Claim::no;
  return found.code.find('/') == std::string_view::npos ? Claim::no : Claim::sure;
}

enum : State { standard_style = 1 };

constexpr Rule rubocop_rules[] = {
    {Act::noise, "Inspecting {number} file{?s}", {.sure = true}},
    {Act::item,
     "{file}:{line}:{column}: C: {fix:[Correctable] }{code:slug}: {message}",
     {.severity = Severity::warning}},
    {Act::item,
     "{file}:{line}:{column}: R: {fix:[Correctable] }{code:slug}: {message}",
     {.severity = Severity::warning}},
    {Act::item,
     "{file}:{line}:{column}: W: {fix:[Correctable] }{code:slug}: {message}",
     {.severity = Severity::warning}},
    {Act::item, "{file}:{line}:{column}: E: {fix:[Correctable] }{code:slug}: {message}"},
    {Act::item, "{file}:{line}:{column}: F: {fix:[Correctable] }{code:slug}: {message}"},
    // without the cops' names
    {Act::item, "{file}:{line}:{column}: C: {fix:[Correctable] }{message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line}:{column}: R: {fix:[Correctable] }{message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line}:{column}: W: {fix:[Correctable] }{message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line}:{column}: E: {fix:[Correctable] }{message}"},
    {Act::item, "{file}:{line}:{column}: F: {fix:[Correctable] }{message}"},
    // standardrb
    {Act::noise, "standard: Use Ruby Standard Style {rest}", {.then = standard_style, .sure = true}},
    {Act::noise, "standard: {rest}", {.when = standard_style}},
    {Act::item, "  {file}:{line}:{column}: {code:slug}: {message}", {.when = standard_style}},
    {Act::heading, "== {file} ==", {.sure = true}},
    {Act::item,
     "C:{ }{line}:{~}{column}: {fix:[Correctable] }{code:slug}: {message}",
     {.severity = Severity::warning}},
    {Act::item,
     "R:{ }{line}:{~}{column}: {fix:[Correctable] }{code:slug}: {message}",
     {.severity = Severity::warning}},
    {Act::item,
     "W:{ }{line}:{~}{column}: {fix:[Correctable] }{code:slug}: {message}",
     {.severity = Severity::warning}},
    {Act::item, "E:{ }{line}:{~}{column}: {fix:[Correctable] }{code:slug}: {message}"},
    {Act::item, "F:{ }{line}:{~}{column}: {fix:[Correctable] }{code:slug}: {message}"},
    {Act::item, "C:{ }{line}:{~}{column}: {fix:[Correctable] }{message}", {.severity = Severity::warning}},
    {Act::item, "R:{ }{line}:{~}{column}: {fix:[Correctable] }{message}", {.severity = Severity::warning}},
    {Act::item, "W:{ }{line}:{~}{column}: {fix:[Correctable] }{message}", {.severity = Severity::warning}},
    {Act::item, "E:{ }{line}:{~}{column}: {fix:[Correctable] }{message}"},
    {Act::item, "F:{ }{line}:{~}{column}: {fix:[Correctable] }{message}"},
    {Act::item, "::{severity} file={file},line={line},col={column}::{code:slug}: {message}"},
    {Act::item, "::{severity} file={file},line={line},col={column}::{fix:[Correctable] }{message}"},
    {Act::clean, "{number} file{?s} inspected, no offenses detected", {.sure = true}},
    {Act::tally,
     "{number} file{?s} inspected, {total} offense{?s} detected, {fixable} offense{?s} {rest}correctable",
     {.sure = true}},
    {Act::tally, "{number} file{?s} inspected, {total} offense{?s} detected", {.sure = true}},
    {Act::noise, "Offenses:"},
    // --format offenses, --format worst
    {Act::item, "{count}  {~}{code:slug}", {.severity = Severity::warning}},
    {Act::item, "{count}  {~}{code:slug} [{rest}]", {.severity = Severity::warning}},
    {Act::tally, "{total}  Total in {count} file{?s}", {.sure = true}},
    {Act::tally, "{total}  Total", {.alone = true}},
};

// What failed is described in any text, and named after the totals.
enum : State { details = 1, named = 2 };

Claim claimed_by_rspec(const Fields& found) {
  return found.file.ends_with("_spec.rb") && !found.file.starts_with('#') ? Claim::sure : Claim::no;
}

constexpr Rule rspec_rules[] = {
    {Act::section, "Failures:", {.then = details, .sure = true}},
    {Act::noise, "Finished in {rest} (files took {rest} to load)", {.then = named, .sure = true}},
    {Act::clean, "{number} example{?s}, 0 failures", {.sure = true}},
    {Act::clean, "{number} example{?s}, 0 failures, {number} pending", {.sure = true}},
    {Act::section, "Failed examples:", {.then = named, .sure = true}},
    {Act::item, "rspec {file}:{line} # {name}", {.when = named, .code = "failed", .sure = true}},
    {Act::item, "rspec '{file}[{rest}]' # {name}", {.when = named, .code = "failed", .sure = true}},
    // where the beginning was cut off
    {Act::item, "rspec {file}:{line} # {name}", {.when = 0, .channel = 1, .code = "failed", .sure = true}},
    {Act::item, "rspec '{file}[{rest}]' # {name}", {.when = 0, .channel = 1, .code = "failed", .sure = true}},
    {Act::noise, "{number} example{?s}, {number} failure{rest}", {.sure = true}},
    {Act::item,
     "An error occurred while loading {file}.{rest}",
     {.suite = true, .code = "load error", .sure = true}},
    {Act::item, "An error occurred in {message:an `}", {.suite = true, .code = "hook error", .sure = true}},
    // --format failures
    {Act::item, "{file}:{line}:{name}", {.when = 0, .code = "failed"}},
    {Act::noise, "Pending: (Failures listed here are expected {rest}", {.then = details, .sure = true}},
};

// Below an exception stands its cause, in the same words.
enum : State { raised = 3 };

constexpr Rule ruby_rules[] = {
    {Act::quote, "{file}:{line}:in {rest}: {message} ({code:lint})", {.when = raised}},
    {Act::item, "{file}:{line}:in {rest}: {message} ({code:lint})", {.then = raised, .sure = true}},
    {Act::more, "{message}", {.when = raised, .next = "from "}},
    {Act::item, "ruby: {message} ({code:Name})", {.sure = true}},
    {Act::item, "{file}:{line}: {message:syntax error}"},
    {Act::item, "{file}:{line}: {message:class/module name must be CONSTANT}"},
    {Act::item, "{file}:{line}: {message:dynamic constant assignment}"},
    {Act::item, "{file}:{line}: {message:formal argument cannot be }"},
    {Act::item, "{file}:{line}: {message:unterminated }"},
    {Act::quote, "{file}:{line}: warning: previous definition of {rest} was here"},
    {Act::item, "{file}:{line}: warning: {message}", {.severity = Severity::warning}},
    {Act::quote, "{ }from {rest}:in {rest}"},
    {Act::clean, "Syntax OK"},
};

Claim claimed_by_ruby(const Fields& found) {
  return found.file.ends_with(".rb") || found.file == "-e" || found.file.ends_with("Rakefile") ||
                 found.file.ends_with("Gemfile")
             ? Claim::sure
             : Claim::no;
}

// Until the trace says where it was thrown.
enum : State { thrown = 1 };

constexpr Rule php_rules[] = {
    {Act::item, "PHP Fatal error:  Uncaught {code:Name}: {message} in {file}:{line}", {.sure = true}},
    {Act::open, "PHP Fatal error:  Uncaught {code:Name}: {message}", {.then = thrown, .sure = true}},
    {Act::item, "PHP Parse error:  {message} in {file} on line {line}", {.sure = true}},
    {Act::item, "PHP Fatal error:  {message} in {file} on line {line}", {.sure = true}},
    {Act::item,
     "PHP Warning:  {message} in {file} on line {line}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "PHP Notice:  {message} in {file} on line {line}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "PHP Deprecated:  {message} in {file} on line {line}",
     {.severity = Severity::warning, .sure = true}},
    {Act::item, "Fatal error: Uncaught {code:Name}: {message} in {file}:{line}", {.sure = true}},
    {Act::open, "Fatal error: Uncaught {code:Name}: {message}", {.then = thrown, .sure = true}},
    {Act::item, "Parse error: {message} in {file} on line {line}", {.sure = true}},
    {Act::item, "Fatal error: {message} in {file} on line {line}", {.sure = true}},
    {Act::item, "Warning: {message} in {file} on line {line}", {.severity = Severity::warning, .sure = true}},
    {Act::item, "Notice: {message} in {file} on line {line}", {.severity = Severity::warning, .sure = true}},
    {Act::item,
     "Deprecated: {message} in {file} on line {line}",
     {.severity = Severity::warning, .sure = true}},
    {Act::place, "{rest} in {file}:{line}", {.when = thrown, .then = 0}},
    // what it led to, which was not caught
    {Act::replace, "Next {code:Name}: {message} in {file}:{line}", {.sure = true, .outweighs = true}},
    {Act::item, "Could not open input file: {file}", {.sure = true}},
    {Act::noise, "Errors parsing {file}", {.sure = true}},
    {Act::clean, "No syntax errors detected in {file}", {.sure = true}},
    {Act::quote, "Stack trace:", {.alone = true}},
    {Act::quote, "#{number} {rest}", {.alone = true}},
    {Act::quote, "  thrown in {file} on line {number}"},
};

Claim claimed_by_perl(const Fields& found) {
  if (found.message.starts_with('#')) return Claim::no;  // what tests say of their failures
  const bool is_perl = found.file.ends_with(".pl") || found.file.ends_with(".pm") ||
                       found.file.ends_with(".t") || found.file == "-e";
  return is_perl ? Claim::sure : Claim::no;
}

constexpr Rule perl_rules[] = {
    {Act::noise, "{file} had compilation errors.", {.sure = true}},
    {Act::noise, "Execution of {file} aborted due to compilation errors.", {.sure = true}},
    {Act::noise, "BEGIN failed--compilation aborted at {rest}", {.sure = true}},
    {Act::noise, "Compilation failed in require at {rest}", {.sure = true}},
    // What `use warnings` says (perldiag); other messages end the program.
    {Act::item,
     "{message:Use of uninitialized value} at {file} line {line}.",
     {.severity = Severity::warning}},
    {Act::item, "{message:Useless use of} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Argument \"} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Subroutine } at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Name \"} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:\"my\" variable} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:\"our\" variable} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Odd number of elements} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Possible } at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Unquoted string} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Scalar value} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Deep recursion} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:substr outside of string} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Unrecognized escape} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Statement unlikely} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Reference found where} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Found = in conditional} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Applying } at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:Negative repeat count} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "{message:splice() offset} at {file} line {line}.", {.severity = Severity::warning}},
    {Act::item, "Can't open perl script \"{file}\": {message}", {.sure = true}},
    {Act::item, "{message} at {file} line {line}."},
    {Act::item, "{message} at {file} line {line}, <{rest}> line {number}."},
    {Act::item, "{message} at {file} line {line}, {rest}"},
    {Act::clean, "{file} syntax OK"},
};

// Whether a script can be read at all; what its commands say is theirs.
constexpr Rule bash_rules[] = {
    {Act::item, "{file}: line {line}: {message:syntax error near }", {.code = "error", .sure = true}},
    {Act::item, "{file}: line {line}: {message:syntax error: }", {.code = "error", .sure = true}},
    {Act::item, "{file}: line {line}: {message:syntax error in }", {.code = "error", .sure = true}},
    {Act::item, "{file}: line {line}: {message:unexpected EOF while}", {.code = "error", .sure = true}},
    {Act::quote, "{file}: line {line}: `{rest}'"},
    {Act::item, "{file}: {line}: Syntax error: {message}", {.code = "error", .sure = true}},
};

}  // namespace

constinit const Format rubocop{
    .name = "rubocop",
    .kind = Kind::linter,
    .title = "rubocop: progress, clang, emacs, simple, github, json",
    .fix = "rubocop -a {paths}",
    .rerun = "rubocop {paths}",
    .rules = rubocop_rules,
    .claim = claimed_by_rubocop,
};

constinit const Format rspec{
    .name = "rspec",
    .kind = Kind::test_failure,
    .title = "rspec: progress, documentation",
    .fix = {},
    .rerun = "rspec {tests}",
    .rules = rspec_rules,
    .claim = claimed_by_rspec,
    .loose = 1U << details,
};

constinit const Format ruby{
    .name = "ruby",
    .kind = Kind::runtime_error,
    .title = "Ruby: uncaught exceptions, syntax errors, warnings",
    .fix = {},
    .rerun = {},
    .rules = ruby_rules,
    .claim = claimed_by_ruby,
};

constinit const Format php{
    .name = "php",
    .kind = Kind::runtime_error,
    .title = "php and php -l",
    .fix = {},
    .rerun = {},
    .rules = php_rules,
};

constinit const Format perl{
    .name = "perl",
    .kind = Kind::runtime_error,
    .title = "perl and perl -c",
    .fix = {},
    .rerun = {},
    .rules = perl_rules,
    .claim = claimed_by_perl,
};

constinit const Format bash{
    .name = "bash",
    .kind = Kind::runtime_error,
    .title = "bash and sh: syntax errors, bash -n",
    .fix = {},
    .rerun = {},
    .rules = bash_rules,
};

}  // namespace longhaul::diag::declared
