// What checks Lua, Puppet's manifests and files of environment variables.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

Claim claimed_by_luacheck(const Fields& found) {
  return found.file.ends_with(".lua") || found.file.ends_with(".rockspec") ||
                 found.file.ends_with(".luacheckrc")
             ? Claim::sure
             : Claim::no;
}

Severity severity_in_luacheck(std::string_view code) {
  return code.starts_with('E') || code == "error" ? Severity::error : Severity::warning;
}

// Of a file that could not be parsed luacheck says that alone; without --codes only its heading tells.
enum : State { unparsed = 1, parsed = 2 };

constexpr Rule luacheck_rules[] = {
    {Act::item, "    {file}:{line}:{column}: ({code:A9}) {message}"},
    {Act::item, "    {file}:{line}:{column}-{number}: ({code:A9}) {message}"},
    {Act::item, "{file}:{line}:{column}: ({code:A9}) {message}"},
    {Act::item, "{file}:{line}:{column}-{number}: ({code:A9}) {message}"},
    {Act::item, "    {file}:{line}:{column}: {message}", {.when = unparsed, .code = "error"}},
    {Act::item, "    {file}:{line}:{column}-{number}: {message}", {.when = unparsed, .code = "error"}},
    {Act::item, "    {file}:{line}:{column}: {message}", {.when = parsed}},
    {Act::item, "    {file}:{line}:{column}-{number}: {message}", {.when = parsed}},
    {Act::item, "{file}:{line}:{column}: {message}"},
    {Act::noise, "Checking {rest} OK", {.then = 0, .alone = true}},
    {Act::noise, "Checking {rest} {number} warning{?s}", {.then = parsed}},
    {Act::noise, "Checking {rest} {number} error{?s}", {.then = unparsed}},
    {Act::tally, "Total: {warnings} warning{?s} / {errors} error{?s} in {number} file{?s}", {.sure = true}},
    {Act::tally,
     "Total: {warnings} warning{?s} / {errors} error{?s} in {number} file{?s}, couldn't check {rest}",
     {.sure = true}},
};

Claim claimed_by_puppet_lint(const Fields& found) {
  return found.file.ends_with(".pp") ? Claim::sure : Claim::no;
}

constexpr Rule puppet_lint_rules[] = {
    {Act::item, "{file} - ERROR: {message} on line {line} (check: {code:slug})"},
    {Act::item,
     "{file} - WARNING: {message} on line {line} (check: {code:slug})",
     {.severity = Severity::warning}},
    {Act::item, "{file} - ERROR: {message} on line {line}"},
    {Act::item, "{file} - WARNING: {message} on line {line}", {.severity = Severity::warning}},
    {Act::item, "ERROR: {message} on line {line} (check: {code:slug})", {.sure = true}},
    {Act::item,
     "WARNING: {message} on line {line} (check: {code:slug})",
     {.severity = Severity::warning, .sure = true}},
    {Act::noise, "{file} - FIXED: {rest} on line {number}{rest}"},
    {Act::noise, "FIXED: {rest} on line {number} (check: {rest})", {.sure = true}},
};

// ".env", ".env.local", "production.env"
Claim claimed_by_dotenv_linter(const Fields& found) {
  const std::string_view base = found.file.substr(found.file.rfind('/') + 1);
  return base.starts_with(".env") || base.ends_with(".env") ? Claim::sure : Claim::no;
}

constexpr Rule dotenv_linter_rules[] = {
    {Act::item, "{file}:{line} {code:slug}: {message}", {.severity = Severity::warning}},
    {Act::item, "{file}:{line} {message}", {.severity = Severity::warning}},
    {Act::noise, "Checking {rest}", {.alone = true}},
    {Act::tally, "Found {total} problem{?s}", {.alone = true}},
};

}  // namespace

constinit const Format luacheck{
    .name = "luacheck",
    .kind = Kind::linter,
    .title = "luacheck: default, plain, --codes",
    .fix = {},
    .rerun = "luacheck {paths}",
    .rules = luacheck_rules,
    .claim = claimed_by_luacheck,
    .severity = severity_in_luacheck,
};

constinit const Format puppet_lint{
    .name = "puppet-lint",
    .kind = Kind::linter,
    .title = "puppet-lint: default, --with-filename",
    .fix = "puppet-lint --fix {paths}",
    .rerun = "puppet-lint {paths}",
    .rules = puppet_lint_rules,
    .claim = claimed_by_puppet_lint,
};

constinit const Format dotenv_linter{
    .name = "dotenv-linter",
    .kind = Kind::linter,
    .title = "dotenv-linter: default",
    .fix = {},
    .rerun = "dotenv-linter {paths}",
    .rules = dotenv_linter_rules,
    .claim = claimed_by_dotenv_linter,
};

}  // namespace longhaul::diag::declared
