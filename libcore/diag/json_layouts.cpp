#include "diag/json_layouts.hpp"

#include "diag/formats/declared.hpp"

namespace longhaul::diag {
namespace {

// The same report in another place of the document.
constexpr JsonLayout placed(JsonLayout layout, std::string_view place) {
  layout.place = place;
  return layout;
}

// vitest writes jest's report without summaries.
constexpr JsonLayout for_vitest(JsonLayout layout) {
  layout.format = &declared::vitest;
  layout.has = {"assertionResults", "name", "status"};
  return layout;
}

constexpr JsonLayout ruff_findings{.format = &declared::ruff,
                                   .place = "[]",
                                   .has = {"code", "filename", "location", "end_location"},
                                   .file = "filename",
                                   .line = "location.row",
                                   .column = "location.column",
                                   .code = "code",
                                   .message = "message",
                                   .fix = "fix.applicability",
                                   .fix_value = "safe"};
constexpr JsonLayout eslint_files{.format = &declared::eslint,
                                  .place = "[]",
                                  .has = {"filePath", "messages", "errorCount"},
                                  .nested = "messages",
                                  .file = "filePath",
                                  .line = "line",
                                  .column = "column",
                                  .code = "ruleId",
                                  .message = "message",
                                  .severity = "severity",
                                  .fix = "fix"};
constexpr JsonLayout jest_files{.format = &declared::jest,
                                .place = "testResults[]",
                                .has = {"assertionResults", "name", "status", "summary"},
                                .nested = "assertionResults",
                                .file = "name",
                                .line = "location.line",
                                .name = "fullName",
                                .message = "failureMessages.0",
                                .only = "status",
                                .only_value = "failed",
                                .broken_suite = true};

constexpr JsonLayout layouts[] = {
    ruff_findings,
    placed(ruff_findings, ""),
    {.format = &declared::ruff,
     .place = "[]",
     .has = {"check_name", "description", "fingerprint", "location"},
     .file = "location.path",
     .line = "location.positions.begin.line",
     .column = "location.positions.begin.column",
     .code = "check_name",
     .message = "description"},
    {.format = &declared::ruff,
     .place = "[]",
     .has = {"code", "name", "count", "fixable"},
     .code = "code",
     .name = "name",
     .fix = "fixable",
     .count = "count"},
    {.format = &declared::pylint,
     .place = "[]",
     .has = {"message-id", "symbol", "path"},
     .file = "path",
     .line = "line",
     .column = "column",
     .code = "message-id",
     .name = "symbol",
     .message = "message",
     .severity = "type"},
    {.format = &declared::pylint,
     .place = "messages[]",
     .has = {"messageId", "symbol", "path"},
     .file = "path",
     .line = "line",
     .column = "column",
     .code = "messageId",
     .name = "symbol",
     .message = "message",
     .severity = "type"},
    {.format = &declared::pylint, .place = "", .has = {"messages", "statistics"}, .clean = true},
    {.format = &declared::mypy,
     .place = "",
     .has = {"file", "hint", "code", "severity"},
     .file = "file",
     .line = "line",
     .column = "column",
     .code = "code",
     .message = "message",
     .severity = "severity"},
    {.format = &declared::pyright,
     .place = "generalDiagnostics[]",
     .has = {"file", "severity", "message"},
     .file = "file",
     .line = "range.start.line",
     .column = "range.start.character",
     .code = "rule",
     .message = "message",
     .severity = "severity",
     .first_line = 0},
    {.format = &declared::pyright, .place = "", .has = {"generalDiagnostics", "summary"}, .clean = true},
    eslint_files,
    placed(eslint_files, "results[]"),
    {.format = &declared::gcc,
     .place = "[]",
     .has = {"kind", "locations", "message"},
     .file = "locations.0.caret.file",
     .line = "locations.0.caret.line",
     .column = "locations.0.caret.column",
     .code = "option",
     .message = "message",
     .severity = "kind"},
    jest_files,
    for_vitest(jest_files),
    {.format = &declared::jest,
     .place = "",
     .has = {"numFailedTests", "testResults", "numRuntimeErrorTestSuites"},
     .clean = true},
    {.format = &declared::vitest, .place = "", .has = {"numFailedTests", "testResults"}, .clean = true},
};

}  // namespace

std::span<const JsonLayout> json_layouts() { return layouts; }

}  // namespace longhaul::diag
