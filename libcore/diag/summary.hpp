// What a stream of tool output comes to, before it is cut to a size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diag/tally.hpp"
#include "diag/unknown_lines.hpp"

namespace longhaul::diag {

// What the text itself does not say.
struct Context {
  std::string working_directory;  // that suggested commands are to run in; empty where unknown
  std::optional<int> status;      // of the command that printed the text
  // Of a command among several that failed and said nothing, whatever the others said.
  std::optional<int> unexplained_status{};
};

// What earlier runs make of this one.
struct Recalled {
  std::uint64_t fresh = 0, seen = 0;  // findings that are new, and that are not
  std::uint64_t gone = 0;             // findings of the last run
  std::uint64_t streak = 0;           // runs in a row that had the same failure, this one included
  bool escalate = false;              // too many: it is of no use to go on as before
  std::vector<std::string> tried;     // what was suggested in these
  std::vector<std::string> examples;  // of what is new
};

struct Summary {
  // What one tool reported.
  struct Tool {
    std::string name;
    Kind kind = Kind::unknown;
    std::uint64_t total = 0, errors = 0, warnings = 0, fixable = 0, files = 0;
  };
  struct Finding : ListedFinding {
    std::string_view tool;
    Kind kind = Kind::unknown;
  };
  // What may be done about one tool's findings.
  struct Repair {
    std::string tool;
    Kind kind = Kind::unknown;
    std::uint64_t total = 0, fixable = 0;
    std::string fix, rerun;          // commands; empty where there is none
    std::vector<std::string> paths;  // where they are, the narrowest directories
    std::string first;               // a place to begin at
    std::string first_by_hand;       // likewise, among what the fix does not mend
  };
  struct CodeGroup {
    std::string code, name, message, first, tool;  // `first` is the place of the first example
    Severity severity = Severity::error;
    std::uint64_t count = 0, fixable = 0, files = 0;
    std::vector<Example> examples;  // by place
  };

  Kind kind = Kind::unknown;
  std::string tool;         // the one whose findings weigh most; empty where none was recognised
  std::vector<Tool> tools;  // the parts, gravest first
  std::uint64_t total = 0, errors = 0, warnings = 0, fixable = 0, files = 0;
  // What was seen, where a tool showed only a part of its findings.
  std::optional<std::uint64_t> shown;
  // What was parsed, where a tool's own total says otherwise.
  std::optional<std::uint64_t> parsed;
  bool recognised = true;  // all that speaks of an error was understood
  std::string suggestion;
  bool actionable = false;
  std::vector<Repair> repairs;       // of each tool that found something, gravest first
  std::vector<CodeGroup> groups;     // by count
  std::vector<Finding> findings;     // one by one, where they were kept, by tool in the order they came
  std::uint64_t codes_left_out = 0;  // findings whose code found no room
  bool counts_approximate = false;   // findings or files past the bounds may have been counted twice
  std::vector<CommonPaths::Directory> directories;  // by count
  // Lines that no format understood.
  std::uint64_t unknown_lines = 0, unknown_error_lines = 0;
  std::uint64_t unknown_left_out = 0;  // of these, lines of kinds that found no room
  std::uint64_t json_left_out = 0;     // elements of JSON too large to be read
  std::vector<UnknownLines::Template> unknown;
  std::vector<std::string> head, tail;
  std::uint64_t raw_size = 0, cut_lines = 0;
  std::string hash;       // of the set of codes and files
  std::string raw;        // hash of the text, where it was saved
  std::string mergeable;  // what it takes to merge the record, as JSON; empty where that was not kept

  std::optional<Recalled> recalled;  // where there is a memory

  // A tool that began, and did not come to its end.
  std::string unfinished;
  // The command failed so, though nothing in its output says why.
  std::optional<int> silent_status;

  // Findings that are counted and not among `findings`.
  std::uint64_t unlisted() const;
  // Whether the answer is "nothing found": nothing was counted, and nothing that was not understood.
  bool clean() const { return total == 0 && recognised; }
};

Summary summarise(const Tally& tally, const UnknownLines& unknown, std::uint64_t raw_size,
                  std::uint64_t cut_lines, const Context& context);

// "53 linting errors: 40x F401 (unused import), …, +37 more codes", naming at most `most` codes.
std::string sentence(const Summary& summary, std::size_t most);

}  // namespace longhaul::diag
