// Reports that many tools write, in JSON: json_layouts.cpp has where what stands in them. Findings are the
// named tool's where it is a known one.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

constexpr Rule checkstyle_rules[] = {
    {Act::noise, "<checkstyle{rest}>", {.sure = true}},
    {Act::heading, "{~}<file name=\"{file}\">"},
    {Act::heading, "{~}<file name='{file}' >"},
    {Act::item,
     "{~}<error line=\"{line}\" column=\"{column}\" severity=\"{severity}\" message=\"{message}\" "
     "source=\"{code:slug}\"{? }/>",
     {.sure = true}},
    {Act::item,
     "{~}<error line=\"{line}\" severity=\"{severity}\" message=\"{message}\" source=\"{code:slug}\"{? }/>",
     {.sure = true}},
    {Act::item,
     "{~}<error line='{line}' column='{column}' severity='{severity}' message='{message}' "
     "source='{code:slug}' />",
     {.sure = true}},
    {Act::clean, "</checkstyle>", {.sure = true}},
    {Act::noise, "{~}</file>", {.alone = true}},
};

}  // namespace

constinit const Format sarif{
    .name = "sarif",
    .kind = Kind::linter,
    .title = "SARIF of any tool",
    .fix = {},
    .rerun = {},
    .rules = {},
};

constinit const Format checkstyle{
    .name = "checkstyle",
    .kind = Kind::linter,
    .title = "checkstyle's XML of any tool",
    .fix = {},
    .rerun = {},
    .rules = checkstyle_rules,
    .counts_notes = true,
};

constinit const Format rdjson{
    .name = "rdjson",
    .kind = Kind::linter,
    .title = "rdjson and rdjsonl of reviewdog, of any tool",
    .fix = {},
    .rerun = {},
    .rules = {},
};

}  // namespace longhaul::diag::declared
