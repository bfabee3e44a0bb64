// Static analysis of PHP: phpstan, psalm.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

bool is_php(std::string_view file) { return file.ends_with(".php"); }

Claim claimed_by_phpstan(const Fields& found) {
  return found.file.empty() || is_php(found.file) ? Claim::maybe : Claim::no;
}

enum : State { listing = 1 };

// The table, in which messages are wrapped, and --error-format=raw.
constexpr Rule phpstan_rules[] = {
    {Act::heading, "{ }Line{ }{file}", {.then = listing}},
    {Act::noise, "{ }{*:-} {*:-}"},
    {Act::open, "{ }{?:}{line}   {message}", {.when = listing, .code = "error"}},
    {Act::more, "{ }🪪{ }{code:slug}", {.when = listing, .outweighs = true}},
    {Act::quote, "{ }💡{rest}", {.when = listing}},
    {Act::more, "         {message}", {.when = listing}},
    {Act::tally, " [ERROR] Found {total} error{?s}", {.then = 0, .sure = true}},
    {Act::clean, " [OK] No errors", {.then = 0, .sure = true}},
    {Act::noise, "Note: Using configuration file {rest}phpstan{rest}", {.sure = true}},
    {Act::item, "{file}:{line}:{message}"},
};

constexpr Rule psalm_rules[] = {
    {Act::item, "{file}:{line}:{column}:{severity} - {code:Name}: {message}", {.sure = true}},
    {Act::item, "ERROR: {code:Name} - {file}:{line}:{column} - {message}", {.sure = true}},
    {Act::noise, "INFO: {word} - {rest}", {.alone = true}},
    {Act::tally, "{errors} errors found", {.alone = true}},
    {Act::clean, "No errors found!", {.alone = true}},
    {Act::noise, "Psalm can automatically fix {rest}", {.sure = true}},
    {Act::noise, "Psalm was able to infer types for {rest}", {.sure = true}},
};

}  // namespace

constinit const Format phpstan{
    .name = "phpstan",
    .kind = Kind::typecheck,
    .title = "phpstan: table, raw",
    .fix = {},
    .rerun = "vendor/bin/phpstan analyse {paths}",
    .rules = phpstan_rules,
    .claim = claimed_by_phpstan,
    .quote_indent = 9,
};

constinit const Format psalm{
    .name = "psalm",
    .kind = Kind::typecheck,
    .title = "psalm: console, emacs",
    .fix = {},
    .rerun = "vendor/bin/psalm {paths}",
    .rules = psalm_rules,
};

}  // namespace longhaul::diag::declared
