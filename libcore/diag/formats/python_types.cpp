// mypy and pyright.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

bool is_python(std::string_view file) {
  return file == "<string>" || file.ends_with(".py") || file.ends_with(".pyi") || file.ends_with(".ipynb");
}

Claim claimed_by_mypy(const Fields& found) { return is_python(found.file) ? Claim::sure : Claim::no; }

// With --pretty a message is wrapped, and its code stands at the end of a later line.
enum : State { wrapped = 1 };

constexpr Rule mypy_rules[] = {
    {Act::item, "{file}:{line}:{column}: {severity}: {message}  [{code:slug}]", {.then = 0}},
    {Act::item, "{file}:{line}:{column}: {severity}: {message}", {.then = wrapped}},
    {Act::item,
     "{file}:{line}:{column}:{number}:{number}: {severity}: {message}  [{code:slug}]",
     {.then = 0}},
    {Act::item, "{file}:{line}:{column}:{number}:{number}: {severity}: {message}", {.then = wrapped}},
    {Act::item, "{file}:{line}: {severity}: {message}  [{code:slug}]", {.then = 0}},
    {Act::item, "{file}:{line}: {severity}: {message}", {.then = wrapped}},
    {Act::item, "{file}: error: {message}  [{code:slug}]", {.then = 0}},
    {Act::item, "{file}: error: {message}", {.then = wrapped}},
    {Act::more, "{message} [{code:slug}]", {.when = wrapped, .then = 0}},
    {Act::more, "{~}[{code:slug}]", {.when = wrapped, .then = 0}},
    {Act::quote, "{file}: note: {rest}"},
    {Act::tally, "Found {errors} error in {count} file{rest}", {.sure = true}},
    {Act::tally, "Found {errors} errors in {count} file ({rest}", {.sure = true}},
    {Act::tally, "Found {errors} errors in {count} files ({rest}", {.sure = true}},
    {Act::clean, "Success: no issues found in {rest}"},
    {Act::quote, "    {rest}", {.when = wrapped}},
    {Act::more, "{message}", {.when = wrapped, .goes_on = true}},
    {Act::more, "({message}", {.when = wrapped}},
    {Act::more, "\"{message}", {.when = wrapped}},
};

constexpr Rule pyright_rules[] = {
    // details are indented with no-break spaces; the rule stands at the end of the last
    {Act::more, "  \u00a0{message} ({code:report})"},
    {Act::quote, "  \u00a0{rest}"},
    {Act::item, "  {file}:{line}:{column} - {severity}: {message} ({code:report})", {.sure = true}},
    {Act::item, "  {file}:{line}:{column} - {severity}: {message}", {.sure = true}},
    {Act::item, "{file}:{line}:{column} - {severity}: {message} ({code:report})"},
    {Act::more, "    {message} ({code:report})"},
    {Act::quote, "    {rest}"},
    {Act::tally, "{errors} error, {warnings} warning{rest}, {number} information{rest}", {.sure = true}},
    {Act::tally, "{errors} errors, {warnings} warning{rest}, {number} information{rest}", {.sure = true}},
    {Act::noise, "No configuration file found."},
    {Act::noise, "Assuming Python {rest}"},
    {Act::noise, "Searching for source files"},
    {Act::noise, "Found {number} source file{rest}"},
    {Act::noise, "pyright {number}.{rest}"},
    {Act::noise, "Completed in {rest}sec"},
    {Act::noise, "No source files found."},
};

}  // namespace

constinit const Format mypy{
    .name = "mypy",
    .kind = Kind::typecheck,
    .title = "mypy: plain, --pretty, --show-column-numbers, --show-error-end, --output=json",
    .fix = {},
    .rerun = "mypy {paths}",
    .rules = mypy_rules,
    .claim = claimed_by_mypy,
    .quote_indent = 4,
};

constinit const Format pyright{
    .name = "pyright",
    .kind = Kind::typecheck,
    .title = "pyright and basedpyright: default, --outputjson",
    .fix = {},
    .rerun = "pyright {paths}",
    .rules = pyright_rules,
    .quote_indent = 4,
};

}  // namespace longhaul::diag::declared
