// Errors of the network, as clients print them.
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

constexpr Rule network_rules[] = {
    {Act::item,
     "curl: (22) {message:The requested URL returned error: }",
     {.code = "HTTP error", .sure = true}},
    {Act::item, "curl: (6) {message}", {.code = "host not found", .sure = true}},
    {Act::item, "curl: (7) {message}", {.code = "connection refused", .sure = true}},
    {Act::item, "curl: (28) {message}", {.code = "timeout", .sure = true}},
    {Act::item, "curl: (35) {message}", {.code = "TLS", .sure = true}},
    {Act::item, "curl: (60) {message}", {.code = "TLS", .sure = true}},
    {Act::item, "curl: ({number}) {message}", {.code = "curl", .sure = true}},
    {Act::item, "wget: unable to resolve host address {message}", {.code = "host not found", .sure = true}},
    {Act::item, "ssh: connect to host {message}", {.code = "connection refused", .sure = true}},
    {Act::item, "ssh: Could not resolve hostname {message}", {.code = "host not found", .sure = true}},
    {Act::item, "HTTP request failed with status 429{rest}", {.code = "rate limit"}},
    {Act::item, "API Error: 429 {message}", {.code = "rate limit", .sure = true}},
    {Act::item, "API Error: {number} {message}", {.code = "HTTP error", .sure = true}},
    {Act::item, "fatal: unable to access '{name}': {message}", {.code = "git", .sure = true}},
};

}  // namespace

constinit const Format network{
    .name = "network",
    .kind = Kind::network_error,
    .title = "curl, wget, ssh, git and API clients that cannot reach their server",
    .fix = {},
    .rerun = {},
    .rules = network_rules,
};

}  // namespace longhaul::diag::declared
