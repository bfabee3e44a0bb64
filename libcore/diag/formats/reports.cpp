// Reports that many tools write: json_layouts.cpp and xml_layouts.cpp have where what stands in them.
// Findings are the named tool's where it is a known one.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
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
    .rules = {},
    .counts_notes = true,
};

constinit const Format pattern{
    .name = "pattern",
    .kind = Kind::linter,
    .title = "what --pattern, --pattern-file and --errorformat describe",
    .fix = {},
    .rerun = {},
    .rules = {},
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
