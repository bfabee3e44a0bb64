// Findings of one code (or, where a tool gives none, of one kind of message), and the examples of them that
// are shown.
//
// Which these are does not depend on the order in which findings come, so that the records of parts are the
// record of the whole: they are the least by place, and what others say otherwise is told by a sample of
// them, those of the least hashes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diag/diagnostic.hpp"
#include "diag/format.hpp"

namespace longhaul::diag {

struct Example {
  std::string file;                    // at most 1,024 bytes
  std::uint32_t line = 0, column = 0;  // 0 where unknown
  std::string place;                   // as it is shown: "src/a.py:12", or a test's file and name
  std::string message, name;

  // Those with a file come first, then by place.
  bool operator<(const Example& other) const;
  bool operator==(const Example& other) const = default;
};

struct Group {
  // A message that another finding has.
  struct Other {
    std::uint64_t hash = 0;
    std::string message;
  };
  static constexpr std::size_t most_examples = 8;
  static constexpr std::size_t most_others = 4;

  std::string code;
  Severity severity = Severity::error;
  std::uint64_t count = 0, fixable = 0, files = 0;
  std::uint64_t last_file = 0;    // hash of the file that was counted last
  std::uint64_t by = 0;           // hash of the code, or of the kind of message
  std::vector<Example> examples;  // the least, in their order, each once; never empty
  std::vector<Other> others;      // by hash, each once

  std::uint64_t key() const { return by + static_cast<std::uint64_t>(severity); }
  const Example& first() const { return examples.front(); }
  // What the messages have in common.
  std::string common_message() const;
  // The same group of another record, of other findings.
  void join(const Group& other);
  void add_example(Example example);
  void add_other(std::uint64_t hash, const std::string& message);
};

// A group that this finding is the first of.
Group group_for(const Format& format, const Diagnostic& found, std::uint64_t by);
// Another finding of the group. `message_hash` is of what the finding says, 0 where that is of no interest.
void add_to(Group& group, const Format& format, const Diagnostic& found, std::uint64_t message_hash);

Example example_of(const Format& format, const Diagnostic& found);

// What all layouts of a tool print of a message: some leave out the last full stop, or all lines but the
// first.
std::string_view first_sentence(std::string_view message);

}  // namespace longhaul::diag
