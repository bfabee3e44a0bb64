// The vocabulary of error analysis: what a tool's output says, independent of which tool said it.
#pragma once

#include <cstdint>
#include <string_view>

namespace longhaul::diag {

// The record's errorType. The order is the order of gravity: in one stream of several tools the
// lowest stands first, since a build that fails explains the tests that fail after it.
enum class Kind : std::uint8_t {
  build_failure,
  runtime_error,
  network_error,
  test_failure,
  typecheck,
  linter,
  unknown,
};
inline constexpr std::size_t kind_count = 7;

// How the record spells a kind, and the noun its findings have in a sentence.
struct KindName {
  std::string_view id, one, many;
};
const KindName& name_of(Kind kind);

// Only errors and warnings are ever counted; everything weaker is a note.
enum class Severity : std::uint8_t { error, warning, note };

// One finding of a tool. The views are valid during the call that passes it on.
struct Diagnostic {
  Severity severity = Severity::error;
  bool fixable = false;
  std::uint32_t line = 0;    // 1-based, 0 where unknown
  std::uint32_t column = 0;  // as the tool counts it, 0 where unknown
  std::uint64_t count = 1;   // more than one where a tool prints only statistics
  std::string_view code;     // F401, no-unused-vars, TS2322, -Wunused-variable, ValueError; may be empty
  std::string_view name;     // what a code means in the tool's own short words, or a test's name
  std::string_view message;
  std::string_view file;
  // The lines of the input that told it, from 1; 0 where they were no lines of their own, as in JSON. Lines
  // of other sources may stand between them.
  std::uint64_t first_line = 0, last_line = 0;
};

}  // namespace longhaul::diag
