// How a tool's output is declared: a format is an entry in a table, not a class.
//
// A format lists the shapes of its lines and what each one means. The engine (line_parser.hpp) does the rest,
// the same for all: it finds out which tool speaks, follows it from line to line, counts, and checks the
// tool's own total.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "diag/diagnostic.hpp"
#include "diag/shape.hpp"

namespace longhaul::diag {

// What a line of some shape means.
enum class Act : std::uint8_t {
  item,     // a whole finding; one without a path belongs to the heading above it
  open,     // a finding whose place, code or message follows in later lines
  place,    // where the open finding is; the first place counts
  replace,  // likewise, but the last place counts (the innermost frame of a traceback)
  more,     // a continuation of the open finding; may bring its code, name or message
  finish,   // the last line of the open finding, brings its code and message
  drop,     // the open finding does not count after all
  heading,  // the file, and the line where one is named, that the items below are in
  section,  // only changes the state
  tally,    // the tool's own total; {count} is that of files
  clean,    // the tool says that it found nothing
  quote,    // source or detail that belongs to a finding
  noise,    // what the tool says besides; understood, and nothing to count
};

// A format may have up to 31 states, 0 being "between findings". A rule applies in any state unless `when` is
// given.
using State = std::uint8_t;
inline constexpr State any_state = 0xff;
inline constexpr State same_state = 0xfe;

struct RuleDetail {
  State when = any_state;
  State then = same_state;
  // Layouts that show the same findings again (a test runner's details and its summary) count in channels of
  // their own; the fullest channel is the total. 0 to 3, the most detailed first.
  std::uint8_t channel = 0;
  // Suites that failed to load are counted apart from failed tests, since tallies name them apart.
  bool suite = false;
  // The severity of findings of this shape, where the line does not say it.
  Severity severity = Severity::error;
  std::string_view code{};         // of findings of this shape, where the line does not say it
  std::string_view name{};         // likewise
  std::string_view code_begins{};  // what stands before the code that the line says
  bool fixable = false;            // findings of this shape
  bool sure = false;  // only this tool prints such a line: settles which of two look-alikes speaks
  // Counts only where no other error was found: "make: *** Error 1" follows from the compiler's errors.
  bool follower = false;
  // A test's name may be cut here, so that only its message tells it from another.
  bool by_message = false;
  bool by_module = false;  // no line says the file, but the name does: "test_a (tests.test_b.C.test_a)"
  bool as_wide =
      false;  // only where the line is as wide as the section headings of its run: quoted ones rarely are
  bool last = false;      // only as the last line of the input
  bool goes_on = false;   // only where the next line is indented or ends in a bracket: a wrapped message
  bool alone = false;     // a tally that is only believed where this format has been speaking
  bool complete = false;  // only where {count} is {total}: the last of so many steps
  bool aligned = false;   // only where {count} is set as wide as {total}: quoted ones rarely are
  // Only where the next line, without its indent, begins so: a line that others print too.
  std::string_view next{};
  bool before_place = false;  // only where the next line begins with a file and a line
  bool joins = false;         // the name is a further part of the finding's; of a total, one of several lines
  // A total that stands before what it counts, and holds for all of it up to another tool's line.
  bool precedes = false;
  bool outweighs = false;      // its code counts more than the one that is known
  bool sets_severity = false;  // of the open finding: that of `severity`
  bool owes = false;  // the tool says how it ends: where nothing follows this line, it did not end well
};

struct Rule {
  Act act;
  Shape shape;
  RuleDetail detail{};
};

// Tools that print lines of the same shape. Within a family a finding is the same whichever of them printed
// it.
enum class Family : std::uint8_t { none, python_lines, compiler_lines, test_anything };

// Whether a line that has a shape shared with other tools is this tool's.
enum class Claim : std::uint8_t { no, maybe, sure };

struct Group;  // group.hpp

struct Format {
  std::string_view name;
  Kind kind;
  std::string_view title;  // one line for --list-formats
  std::string_view
      fix;  // command that mends what is fixable, {paths} being where the findings are; may be empty
  std::string_view rerun;  // command that shows the findings again; may be empty
  std::span<const Rule> rules;
  Family family = Family::none;
  Claim (*claim)(const Fields& fields) = nullptr;  // nullptr: maybe
  // Writes the code as the record shows it, where the tool spells one code in several ways. nullptr: as it
  // is.
  void (*normal_code)(std::string_view code, std::string& normal) = nullptr;
  // The severity that a code stands for, where the lines do not say it.
  Severity (*severity)(std::string_view code) = nullptr;
  // Whether the tool reads files of this name; nullptr: any.
  bool (*reads_file)(std::string_view file) = nullptr;
  // States, a bit each, in which every line belongs to this tool whether or not a rule knows it: a test
  // runner's failures hold any text, and a traceback in there is not another finding.
  std::uint32_t exclusive = 0;
  // Likewise states in which a line is this tool's unless it is surely another's, or a finding with its
  // place: nothing tells their end. Where the tool does tell it, in `enclosed`, only what is surely
  // another's.
  std::uint32_t loose = 0;
  State apart = 0;             // the state that two blank lines lead to from a loose one; 0: they do not
  std::uint32_t enclosed = 0;  // a part of `loose`
  // Lines indented by at least this many blanks after a finding are its quoted source or detail; 0 for none.
  std::uint8_t quote_indent = 0;
  std::string_view joint = " › ";  // between a test's file and its name
  bool gutter = false;             // quotes source behind "12 |", as rustc does
  // Whose findings they are, by the codes of all of them: other tools print the same lines. nullptr: its own.
  const Format* (*really)(std::span<const Group> groups) = nullptr;
  const Format* runs = nullptr;  // whose findings in its output come after its own
  bool counts_notes = false;     // what it calls a note, an information or a hint is a finding, and a warning
};

// All formats, in the order in which look-alikes are preferred.
std::span<const Format* const> formats();
const Format* find_format(std::string_view name);
// That of what own_lines.hpp finds.
const Format& own_pattern();

}  // namespace longhaul::diag
