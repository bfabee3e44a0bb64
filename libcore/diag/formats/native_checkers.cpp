// Checkers of compiled languages beside the compiler: clang-tidy, cppcheck, sanitizers, valgrind.
#include <array>

#include "diag/formats/declared.hpp"

namespace longhaul::diag::declared {
namespace {

bool is_c(std::string_view file) {
  constexpr std::array<std::string_view, 12> endings{".c",  ".cc",  ".cpp", ".cxx", ".c++", ".h",
                                                     ".hh", ".hpp", ".hxx", ".m",   ".mm",  ".cu"};
  for (const auto ending : endings)
    if (file.ends_with(ending)) return true;
  return false;
}

// "bugprone-branch-clone", "clang-analyzer-core.DivideZero", "clang-diagnostic-error"
Claim claimed_by_clang_tidy(const Fields& found) {
  const bool is_check = found.code.find('-') != std::string_view::npos && found.code.front() != '-';
  return is_c(found.file) && is_check ? Claim::sure : Claim::no;
}

constexpr Rule clang_tidy_rules[] = {
    {Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:slug}]"},
    {Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:slug},{rest}]"},
    {Act::quote, "{file}:{line}:{column}: note: {rest}", {.sure = true}},
    {Act::noise, "Suppressed {number} warnings ({rest}).", {.sure = true}},
    {Act::noise,
     "Use -header-filter=.* to display errors from all non-system headers.{rest}",
     {.sure = true}},
    {Act::noise, "{number} warning{?s} treated as error{?s}", {.sure = true}},
    {Act::noise, "{number} warning{?s} generated.", {.alone = true}},
    {Act::noise, "{number} warning{?s} and {number} error{?s} generated.", {.alone = true}},
    {Act::noise, "{number} error{?s} generated.", {.alone = true}},
    {Act::noise, "Found compiler error(s)."},
    {Act::item,
     "error: {message} [clang-diagnostic-error]",
     {.code = "clang-diagnostic-error", .sure = true}},
    {Act::item, "Error while processing {file}.", {.code = "error", .follower = true}},
};

// "arrayIndexOutOfBounds": neither a compiler's option nor a check of clang-tidy or of clang's analyser
Claim claimed_by_cppcheck(const Fields& found) {
  if (found.code.empty()) return found.file.empty() || is_c(found.file) ? Claim::maybe : Claim::no;
  const bool is_word = found.code.find_first_of("-./@") == std::string_view::npos;
  return (is_c(found.file) || found.file == "nofile") && is_word ? Claim::sure : Claim::no;
}

constexpr Rule cppcheck_rules[] = {
    {Act::item, "{file}:{line}:{column}: {severity}: {message} [{code:slug}]"},
    {Act::item, "{file}:{line}: {severity}: {message} [{code:slug}]"},
    {Act::quote, "{file}:{line}:{column}: note: {rest}"},
    {Act::item,
     "nofile:0:0: information: {message} [{code:slug}]",
     {.severity = Severity::warning, .sure = true}},
    // --template=cppcheck1, the default before 1.88; the last place is the finding's own
    {Act::item, "[{rest}] -> [{file}:{line}]: ({severity}) {message}", {.sure = true}},
    {Act::item, "[{file}:{line}]: ({severity}) {message}", {.sure = true}},
    // --template=vs
    {Act::item, "{file}({line}): {severity}: {message}"},
    {Act::noise, "Checking {file} ...", {.sure = true}},
    {Act::noise, "Checking {file}: {rest}...", {.sure = true}},
    {Act::noise, "{number}/{number} files checked {number}% done", {.sure = true}},
};

// A report goes on until its summary; the first frame in a file of the user's is the place.
enum : State { report = 1 };

bool is_source(std::string_view file) {
  return file.find("/libsanitizer/") == std::string_view::npos && is_c(file);
}

constexpr Rule sanitizer_rules[] = {
    {Act::open,
     "=={number}==ERROR: AddressSanitizer: attempting {code:slug} {message}",
     {.then = report, .name = "AddressSanitizer", .sure = true}},
    {Act::open,
     "=={number}==ERROR: AddressSanitizer: {code:slug} {message}",
     {.then = report, .name = "AddressSanitizer", .sure = true}},
    {Act::open,
     "=={number}==ERROR: AddressSanitizer: {message}",
     {.then = report, .code = "AddressSanitizer", .sure = true}},
    // one report of all leaks of a process
    {Act::open,
     "=={number}==ERROR: LeakSanitizer: {message:detected memory leaks}",
     {.then = report, .code = "error", .name = "LeakSanitizer", .sure = true}},
    {Act::quote, "Direct leak of {rest}", {.sure = true}},
    {Act::quote, "Indirect leak of {rest}", {.sure = true}},
    {Act::open,
     "WARNING: ThreadSanitizer: {message:data race} (pid={number})",
     {.then = report, .severity = Severity::warning, .code = "data race", .sure = true}},
    {Act::open,
     "WARNING: ThreadSanitizer: {message:lock-order-inversion (potential deadlock)} (pid={number})",
     {.then = report,
      .severity = Severity::warning,
      .code = "lock-order-inversion (potential deadlock)",
      .sure = true}},
    {Act::open,
     "WARNING: ThreadSanitizer: {message} (pid={number})",
     {.then = report, .severity = Severity::warning, .code = "ThreadSanitizer", .sure = true}},
    {Act::open,
     "=={number}==WARNING: MemorySanitizer: {code:slug}",
     {.then = report, .name = "MemorySanitizer", .sure = true}},
    {Act::item, "{file}:{line}:{column}: runtime error: {message}", {.code = "error", .sure = true}},
    {Act::place, "{ }#{number} 0x{rest} in {rest}) {file}:{line}:{column}", {.when = report}},
    {Act::place, "{ }#{number} 0x{rest} in {rest}) {file}:{line}", {.when = report}},
    {Act::place, "{ }#{number} 0x{rest} in {rest} {file}:{line}:{column}", {.when = report}},
    {Act::place, "{ }#{number} 0x{rest} in {rest} {file}:{line}", {.when = report}},
    {Act::place, "{ }#{number} {rest} {file}:{line}:{column} ({rest})", {.when = report}},
    {Act::place, "{ }#{number} {rest} {file}:{line} ({rest})", {.when = report}},
    {Act::noise, "SUMMARY: {rest}Sanitizer: {rest}", {.then = 0, .sure = true}},
    {Act::noise, "=={number}==ABORTING", {.sure = true}},
    {Act::noise, "ThreadSanitizer: reported {number} warnings", {.sure = true}},
    {Act::noise, "{*:=}", {.alone = true}},
};

// Codes are the kinds that its XML names.
constexpr Rule valgrind_rules[] = {
    {Act::noise, "=={number}== Memcheck, a memory error detector", {.sure = true}},
    {Act::noise, "=={number}== Helgrind, a thread error detector", {.sure = true}},
    {Act::open, "=={number}== {message:Possible data race during }", {.code = "Race", .sure = true}},
    {Act::open,
     "=={number}== Thread #{number} unlocked a not-locked lock at {rest}",
     {.code = "UnlockUnlocked", .sure = true}},
    {Act::open,
     "=={number}== Thread #{number} unlocked an invalid lock at {rest}",
     {.code = "UnlockBogus", .sure = true}},
    {Act::open,
     "=={number}== Thread #{number}: lock order {rest} violated",
     {.code = "LockOrder", .sure = true}},
    {Act::open, "=={number}== {message:Invalid read of size }", {.code = "InvalidRead", .sure = true}},
    {Act::open, "=={number}== {message:Invalid write of size }", {.code = "InvalidWrite", .sure = true}},
    {Act::open, "=={number}== {message:Invalid free() }", {.code = "InvalidFree", .sure = true}},
    {Act::open, "=={number}== {message:Mismatched free() }", {.code = "MismatchedFree", .sure = true}},
    {Act::open,
     "=={number}== {message:Conditional jump or move depends on uninitialised value(s)}",
     {.code = "UninitCondition", .sure = true}},
    {Act::open,
     "=={number}== {message:Use of uninitialised value of size }",
     {.code = "UninitValue", .sure = true}},
    {Act::open, "=={number}== {message:Syscall param }", {.code = "SyscallParam", .sure = true}},
    {Act::open,
     "=={number}== {message:Source and destination overlap in }",
     {.code = "Overlap", .sure = true}},
    {Act::open,
     "=={number}== {message} are definitely lost in loss record {number} of {number}",
     {.code = "Leak_DefinitelyLost", .sure = true}},
    {Act::open,
     "=={number}== {message} are possibly lost in loss record {number} of {number}",
     {.code = "Leak_PossiblyLost", .sure = true}},
    {Act::place, "=={number}==    at 0x{rest} ({file}:{line})"},
    {Act::place, "=={number}==    by 0x{rest} ({file}:{line})"},
    {Act::tally, "=={number}== ERROR SUMMARY: {number} errors from {total} contexts {rest}", {.sure = true}},
    {Act::quote, "=={number}== {rest}"},
    {Act::quote, "=={number}=="},
};

}  // namespace

constinit const Format clang_tidy{
    .name = "clang-tidy",
    .kind = Kind::linter,
    .title = "clang-tidy: text",
    .fix = {},
    .rerun = {},
    .rules = clang_tidy_rules,
    .claim = claimed_by_clang_tidy,
    .quote_indent = 1,
    .gutter = true,
};

constinit const Format cppcheck{
    .name = "cppcheck",
    .kind = Kind::linter,
    .title = "cppcheck: default and --template=gcc, present and 1.x",
    .fix = {},
    .rerun = {},
    .rules = cppcheck_rules,
    .claim = claimed_by_cppcheck,
    .quote_indent = 1,
};

constinit const Format sanitizers{
    .name = "sanitizers",
    .kind = Kind::runtime_error,
    .title = "AddressSanitizer, LeakSanitizer, ThreadSanitizer, MemorySanitizer, UndefinedBehaviorSanitizer",
    .fix = {},
    .rerun = {},
    .rules = sanitizer_rules,
    .reads_file = is_source,
    .loose = 1U << report,
};

constinit const Format valgrind{
    .name = "valgrind",
    .kind = Kind::runtime_error,
    .title = "valgrind: memcheck, text",
    .fix = {},
    .rerun = {},
    .rules = valgrind_rules,
};

}  // namespace longhaul::diag::declared
