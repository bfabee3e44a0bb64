// Findings of one code (or, where a tool gives none, of one kind of message), and the example of them that is
// shown.
//
// The example does not depend on the order in which findings come, so that the records of parts are the
// record of the whole: it is the least by its place, and what others say otherwise is told by a sample of
// them, those of the least hashes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diag/diagnostic.hpp"
#include "diag/format.hpp"

namespace longhaul::diag {

struct Group {
  // A message that another finding has.
  struct Other {
    std::uint64_t hash = 0;
    std::string message;
  };
  static constexpr std::size_t most_others = 4;

  std::string code, name, message, first;  // `first` is the place of the example
  Severity severity = Severity::error;
  std::uint64_t count = 0, fixable = 0, files = 0;
  std::uint64_t last_file = 0;  // hash of the file that was counted last

  std::uint64_t by = 0;    // hash of the code, or of the kind of message
  std::string first_file;  // of the example, as what follows; at most 1,024 bytes
  std::uint32_t first_line = 0, first_column = 0;
  std::vector<Other> others;  // by hash, each once

  std::uint64_t key() const { return by + static_cast<std::uint64_t>(severity); }
  // What the messages have in common.
  std::string common_message() const;
  bool shows_before(const Group& other) const;
  // The same group of another record; counts are the caller's.
  void join(const Group& other);
  void add_other(std::uint64_t hash, const std::string& message);
};

Group group_for(const Format& format, const Diagnostic& found, std::uint64_t by);
// Another finding of the group. `message_hash` is of what the finding says, 0 where that is of no interest.
void add_example(Group& group, const Format& format, const Diagnostic& found, std::uint64_t message_hash);

// Where a finding is, in words: "src/a.py:12", or a test's file and name.
std::string place_of(const Format& format, const Diagnostic& found);

// What all layouts of a tool print of a message: some leave out the last full stop, or all lines but the
// first.
std::string_view first_sentence(std::string_view message);

}  // namespace longhaul::diag
