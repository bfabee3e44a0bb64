// gcc, clang, the linker's lines that come with them, and make.
#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

// Files that no C compiler prints lines of.
bool is_of_others(std::string_view file) {
  constexpr std::array<std::string_view, 16> endings{".py",    ".pyi", ".rs",  ".go",  ".java", ".kt",
                                                     ".scala", ".sh",  ".rb",  ".php", ".yml",  ".yaml",
                                                     ".js",    ".ts",  ".css", ".md"};
  if (file == "<string>") return true;
  for (const auto ending : endings)
    if (file.ends_with(ending)) return true;
  return false;
}

// "[bugprone-branch-clone]", "[memleak]": what checks beside the compiler put behind their messages.
bool names_a_check(const Fields& found) {
  const std::string_view message = found.message;
  const std::size_t open = message.rfind(" [");
  if (!found.code.empty() || !message.ends_with(']') || open == std::string_view::npos) return false;
  const std::string_view name = message.substr(open + 2, message.size() - open - 3);
  constexpr std::size_t shortest = 4;
  return name.size() >= shortest && core::is_lower(name.front()) && name.find(' ') == std::string_view::npos;
}

// Where nothing else tells the two apart: gcc has other words for the same.
bool is_worded_by_clang(const Fields& found) {
  constexpr std::array<std::string_view, 15> beginnings{"use of undeclared identifier '",
                                                        "call to undeclared function '",
                                                        "no member named '",
                                                        "format specifies type '",
                                                        "more '%' conversions than data arguments",
                                                        "data argument not used by format string",
                                                        "incompatible integer to pointer conversion ",
                                                        "incompatible pointer to integer conversion ",
                                                        "comparison of integers of different signs: '",
                                                        "cannot initialize a ",
                                                        "read-only variable is not assignable",
                                                        "non-void function does not return a value",
                                                        "too few arguments to function call, ",
                                                        "too many arguments to function call, ",
                                                        "no viable "};
  if (found.code == "-W#warnings") return true;
  return std::ranges::any_of(beginnings, [&](std::string_view it) { return found.message.starts_with(it); });
}

Claim claimed_by_gcc(const Fields& found) {
  // an option that gcc does not print so: "[-Werror,-Wunused]", "[-Wformat,35]"
  if (is_of_others(found.file) || names_a_check(found) ||
      (found.message.ends_with(']') && found.message.rfind("[-W") != std::string_view::npos))
    return Claim::no;
  if (found.code.find(',') != std::string_view::npos || is_worded_by_clang(found)) return Claim::no;
  return found.message.find("‘") != std::string_view::npos ? Claim::sure : Claim::maybe;
}

Claim claimed_by_clang(const Fields& found) {
  if (is_of_others(found.file) || names_a_check(found) || found.message.find("‘") != std::string_view::npos)
    return Claim::no;
  // the analyser names its checkers: "unix.Malloc"
  if (!found.code.empty() && found.code.front() != '-')
    return found.code.find('.') != std::string_view::npos ? Claim::sure : Claim::no;
  const bool is_sure = found.code.find(',') != std::string_view::npos || is_worded_by_clang(found);
  return is_sure ? Claim::sure : Claim::maybe;
}

// "-Werror=unused", "-Werror,-Wunused" and "-Wunused" are one code.
void option_code(std::string_view code, std::string& normal) {
  if (code.starts_with("-Werror=")) {
    normal = "-W";
    normal += code.substr(8);
    return;
  }
  if (code.starts_with("-Werror,")) code.remove_prefix(8);
  normal = code.substr(0, code.find(','));
}

// Compiler and linker lines that gcc and clang have in common: which of the two speaks is told by other
// lines.
constexpr std::array common_rules{
    Rule{Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:-W}]"},
    Rule{Act::item, "{file}:{line}:{column}: {severity}: {message}"},
    Rule{Act::item, "{file}:{line}: {severity}: {message} [{code:-W}]"},
    Rule{Act::item, "{file}:{line}: {severity}: {message}"},
    Rule{Act::more, "{ }{message} [{code:-W}]"},
    Rule{Act::more, "{ }[{code:-W}]"},
    Rule{Act::quote, "In file included from {rest}:"},
    Rule{Act::quote, "{linker}: {rest}: in function {rest}"},
    Rule{Act::quote, "{file}: in function {rest}"},
    Rule{Act::quote, "{linker}: {file}:({rest}): more undefined references to {rest}"},
    Rule{Act::item, "{linker}: {file}:({rest}+0x{offset}): {message}"},
    Rule{Act::item, "{file}:({rest}+0x{offset}): {message:undefined reference to}"},
    Rule{Act::item, "{file}:({rest}+0x{offset}): {message:multiple definition of}"},
    Rule{Act::quote, "{file}:({rest}): more undefined references to {rest}"},
    Rule{Act::item, "{linker}: {file}:{line}: {message:undefined reference to}"},
    Rule{Act::item, "{linker}: {file}:{line}: {message:multiple definition of}"},
    Rule{Act::item, "{file}:{line}: {message:undefined reference to}"},
    Rule{Act::item, "{file}:{line}: {message:multiple definition of}"},
    Rule{Act::item, "{linker}: symbol(s) not found for architecture {message}", {.follower = true}},
    Rule{Act::item, "{linker}: cannot find {message}"},
    Rule{Act::item, "{linker}: warning: {message}", {.severity = Severity::warning}},
    Rule{Act::item, "{linker}: {file}: warning: {message}", {.severity = Severity::warning}},
    Rule{Act::item, "{linker}: error: {message}"},
    Rule{Act::item, "{linker}: {file}: error: {message}"},
    Rule{Act::item, "{file}:function {rest}: error: {message}"},
    Rule{Act::quote, "{linker}: {rest}: previous definition here"},
    Rule{Act::quote, "{linker}: {rest}"},
};

constexpr std::array gcc_rules{
    Rule{Act::item, "collect2: error: {message}", {.sure = true, .follower = true}},
    Rule{Act::noise, "{driver}: all warnings being treated as errors", {.sure = true}},
    Rule{Act::noise, "{driver}: some warnings being treated as errors", {.sure = true}},
    Rule{Act::item, "{driver}: fatal error: no input files", {.sure = true, .follower = true}},
    Rule{Act::item, "{driver}: fatal error: {message}", {.sure = true}},
    Rule{Act::item, "{driver}: {severity}: {message}"},
    Rule{Act::item, "{file}:{line}:{column}: sorry, unimplemented: {message}", {.sure = true}},
    Rule{Act::quote, "{file}: Assembler messages:"},
    Rule{Act::quote, "{file}: In {rest}:", {.sure = true}},
    Rule{Act::quote, "{file}: At global scope:", {.sure = true}},
    Rule{Act::quote, "{file}: At top level:", {.sure = true}},
    Rule{Act::quote, "{file}:{line}:{column}:   required from {rest}", {.sure = true}},
    Rule{Act::quote, "{file}:{line}:{column}:   {rest}"},
    Rule{Act::quote, "In file included from {rest},", {.sure = true}},
    Rule{Act::quote, "{ }from {rest}"},
    Rule{Act::quote, "{ }inlined from {rest}"},
    Rule{Act::noise, "compilation terminated.", {.sure = true}},
    Rule{Act::noise, "compilation terminated due to {rest}", {.sure = true}},
};

constexpr std::array clang_rules{
    Rule{Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:-W},{rest}]", {.sure = true}},
    // a category of several words behind the option, and ranges behind the place
    Rule{Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:-W} {rest}]", {.sure = true}},
    Rule{Act::item,
         "{file}:{line}:{column}:{*:\x7b}{rest}}: {severity}: {message} [{code:-W}]",
         {.sure = true}},
    Rule{Act::item, "{file}:{line}:{column}:{*:\x7b}{rest}}: {severity}: {message}", {.sure = true}},
    Rule{Act::item,
         "{file}:{line}:{column}: warning: {message} [{code:slug}]",
         {.severity = Severity::warning}},
    Rule{Act::item, "{severity}: {message} [{code:-W}]", {.sure = true}},
    Rule{Act::item,
         "{clang}: error: linker command failed with exit code {rest}",
         {.sure = true, .follower = true}},
    Rule{Act::item, "{file}({line},{column}): {severity}: {message} [{code:-W}]"},
    Rule{Act::item, "{file}({line},{column}): {severity}: {message}"},
    Rule{Act::item, "{file}({line},{column}) : {severity}: {message} [{code:-W}]"},
    Rule{Act::item, "{file}({line},{column}) : {severity}: {message}"},
    Rule{Act::item, "{clang}: {severity}: {message} [{code:-W}]", {.sure = true}},
    Rule{Act::item, "{clang}: {severity}: {message}", {.sure = true}},
    Rule{Act::quote, "In module {rest}"},
    Rule{Act::tally, "{errors} error{?s} generated."},
    Rule{Act::tally, "{warnings} warning{?s} generated.", {.alone = true}},
    Rule{Act::tally, "{warnings} warning{?s} and {errors} error{?s} generated."},
};

template <std::size_t n, std::size_t m>
consteval std::array<Rule, n + m> joined(const std::array<Rule, n>& first,
                                         const std::array<Rule, m>& second) {
  return [&]<std::size_t... i, std::size_t... j>(std::index_sequence<i...>, std::index_sequence<j...>) {
    return std::array<Rule, n + m>{first[i]..., second[j]...};
  }
  (std::make_index_sequence<n>{}, std::make_index_sequence<m>{});
}

constexpr auto all_gcc_rules = joined(gcc_rules, common_rules);
constexpr auto all_clang_rules = joined(clang_rules, common_rules);

// What cmake says stands below its heading.
enum : State { paragraph = 1 };

constexpr Rule make_rules[] = {
    {Act::item, "{make}: *** No rule to make target {message}", {.sure = true}},
    {Act::item, "{make}: *** No targets {message}", {.sure = true}},
    {Act::item, "{make}: *** [{message}", {.sure = true, .follower = true}},
    {Act::item, "{make}: *** {message}", {.sure = true, .follower = true}},
    {Act::item, "{file}:{line}: *** {message}", {.sure = true}},
    {Act::item, "{make}: warning: {message}", {.severity = Severity::warning}},
    {Act::noise, "{make}: {rest}"},
    {Act::noise, "{driver} -{rest}"},
    {Act::noise, "{clang} -{rest}"},
    {Act::noise, "{linker} -{rest}"},
    {Act::item, "ninja: error: {message}", {.sure = true}},
    {Act::item, "ninja: fatal: {message}", {.sure = true}},
    {Act::item, "ninja: warning: {message}", {.severity = Severity::warning}},
    {Act::clean, "ninja: no work to do."},
    {Act::clean, "[{count}/{total}] {rest}", {.complete = true}},
    {Act::noise, "[{number}/{number}] {rest}"},
    {Act::clean, "[100%] Built target {rest}"},
    {Act::noise, "[{ }{number}%] {rest}"},
    {Act::noise, "[{number}%] {rest}"},
    {Act::item, "FAILED: {message}", {.sure = true, .follower = true}},
    {Act::noise, "ninja: {rest}"},
    {Act::open, "CMake Error at {file}:{line} ({rest}):", {.then = paragraph, .code = "error", .sure = true}},
    {Act::open, "CMake Error at {file}:{line}:", {.then = paragraph, .code = "error", .sure = true}},
    {Act::open,
     "CMake Error ({rest}) at {file}:{line} ({rest}):",
     {.then = paragraph, .code = "error", .sure = true}},
    {Act::open,
     "CMake Deprecation Error at {file}:{line} ({rest}):",
     {.then = paragraph, .code = "error", .sure = true}},
    {Act::open, "CMake Error in {file}:", {.then = paragraph, .code = "error", .sure = true}},
    {Act::open, "CMake Error:", {.then = paragraph, .code = "error", .sure = true}},
    {Act::item, "CMake Error: {message}", {.code = "error", .sure = true}},
    {Act::open,
     "CMake Warning at {file}:{line} ({rest}):",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning at {file}:{line}:",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning ({rest}) at {file}:{line} ({rest}):",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning ({rest}) at {file}:{line}:",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning ({rest}) in {file}:",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning ({rest}):",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning in {file}:",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Warning:",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::item, "CMake Warning: {message}", {.severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::open,
     "CMake Deprecation Warning at {file}:{line} ({rest}):",
     {.then = paragraph, .severity = Severity::warning, .code = "warning", .sure = true}},
    {Act::more, "  {message}", {.when = paragraph, .then = 0}},
    {Act::clean, "-- Generating done{rest}"},
    {Act::noise, "-- Configuring incomplete, errors occurred!"},
};

}  // namespace

constinit const Format gcc{
    .name = "gcc",
    .kind = Kind::build_failure,
    .title = "gcc and g++: text and json, with the linker's errors",
    .fix = {},
    .rerun = {},
    .rules = all_gcc_rules,
    .family = Family::compiler_lines,
    .claim = claimed_by_gcc,
    .normal_code = option_code,
    .gutter = true,
};

constinit const Format clang{
    .name = "clang",
    .kind = Kind::build_failure,
    .title = "clang and clang++: text, with the linker's errors",
    .fix = {},
    .rerun = {},
    .rules = all_clang_rules,
    .family = Family::compiler_lines,
    .claim = claimed_by_clang,
    .normal_code = option_code,
    .gutter = true,
};

constinit const Format make{
    .name = "make",
    .kind = Kind::build_failure,
    .title = "make, ninja and cmake: targets and configurations that failed",
    .fix = {},
    .rerun = {},
    .rules = make_rules,
    .quote_indent = 2,
};

}  // namespace longhaul::diag::declared
