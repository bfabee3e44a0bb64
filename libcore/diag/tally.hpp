// Counting: what the tools of one stream reported, each finding once, checked against the tools' own totals.
//
// Everything here is bounded; what passes a bound is counted all the same and the record says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diag/bounded_set.hpp"
#include "diag/common_paths.hpp"
#include "diag/finding_list.hpp"
#include "diag/format.hpp"
#include "diag/group.hpp"

namespace longhaul::diag {

inline constexpr std::size_t max_groups = 512;               // per tool and channel
inline constexpr std::size_t remembered_findings = 262'144;  // hashes of 8 bytes
inline constexpr std::size_t remembered_files = 131'072;     // hashes of files, and of files by group
inline constexpr std::size_t channels = 4;
// Of a test runner's JSON, which tells the whole of a run that its text tells too, in names of its own.
inline constexpr std::uint8_t json_channel = 3;

// Two counts kept apart because tallies name them apart: errors and warnings, or failed tests and broken
// suites.
using Parts = std::array<std::uint64_t, 2>;

// What a tool's own total line says. Absent is not zero.
struct OwnTotal {
  std::optional<std::uint64_t> total, fixable;
  std::array<std::optional<std::uint64_t>, 2> parts;
};

// What one tool reported.
class ToolTally {
 public:
  explicit ToolTally(const Format& of_format);

  struct Channel {
    Parts raw{}, fresh{};  // of the section at hand: as printed, and not seen before
    std::uint64_t fresh_fixable = 0;
    std::uint64_t seen = 0, files = 0;  // of the whole stream
    std::uint64_t codes_left_out = 0;   // findings whose code found no room among the groups
    std::uint64_t code_hash = 0, file_hash = 0;
    std::vector<Group> groups;
    KeyIndex by_key{max_groups};
    std::uint64_t last_file = 0;  // of the finding before, where most are
    CommonPaths paths;
    FindingList listed;  // where findings are listed
  };

  Parts parts() const;  // totals, open section included
  std::uint64_t total() const { return parts()[0] + parts()[1]; }
  std::uint64_t shown() const;  // what was seen of it
  std::uint64_t fixable() const;
  bool disagrees() const { return disagrees_; }
  bool spoke() const;
  const Channel& fullest() const;  // the channel that groups and files are taken from
  bool section_open() const;
  std::uint64_t sections() const { return sections_; }  // that have ended

  // `believed`: the total counts even where no finding was seen before it.
  void end_section(const OwnTotal& own, bool believed);
  // Totals with nothing before them count where this tool has the stream for itself: its beginning was cut
  // off.
  void settle_orphans(bool alone);
  void claim_fixable(std::uint64_t own);

  const Format* format;
  std::uint64_t salt;              // of this tool's files
  std::uint64_t shared_files = 0;  // files that another tool had named before
  bool sure = false;
  bool said_clean = false;
  bool owes = false;  // has begun what ends in a total, and not ended it
  std::array<Channel, channels> channel;

 private:
  std::size_t section_channel() const;
  Parts text_parts() const;
  bool json_tells_more() const;
  void begin_section(const Channel& best, std::uint64_t fresh);

  Parts closed_{}, missing_{}, orphaned_{};
  Parts unreconciled_{}, doubtful_{};  // raw counts, and missing ones, since the last total that agreed
  std::uint64_t sections_ = 0, closed_fixable_ = 0, last_section_fresh_ = 0, last_section_fixable_ = 0;
  std::size_t agreed_channel_ = channels;  // that the tool's own total fitted
  bool disagrees_ = false, agreed_once_ = false;
};

// Whether findings are kept one by one, or only counted.
enum class Keeping { counts, findings };

class Tally {
 public:
  explicit Tally(Keeping keeping = Keeping::counts);

  // What makes a finding the same as another. To identify one some time before it is added brings what will
  // be compared into the cache: half of the cost of a long input.
  struct Identity {
    std::uint64_t file = 0, finding = 0, code_in_file = 0, message = 0;
  };
  Identity identify(const Format& format, const Diagnostic& found, const RuleDetail& how) const;

  // Counts a finding. `claim` says how surely it is this format's and not a look-alike's.
  void add(const Format& format, const Diagnostic& found, const RuleDetail& how, Claim claim,
           Identity identity);
  void add(const Format& format, const Diagnostic& found, const RuleDetail& how, Claim claim) {
    add(format, found, how, claim, identify(format, found, how));
  }
  void own_total(const Format& format, const OwnTotal& own, const RuleDetail& how);
  void clean(const Format& format);
  // The tool has begun what it ends with a total.
  void owe(const Format& format);
  // The stream has ended; so many of its lines were not understood.
  void finish(std::uint64_t unknown_lines);
  // Something that only this tool prints was seen.
  void sure(const Format& format);
  bool speaking(const Format& format) const;
  // An element of a JSON report was too large to be read.
  void leave_out_json(std::uint64_t elements) { json_left_out_ += elements; }
  std::uint64_t json_left_out() const { return json_left_out_; }

  const std::vector<ToolTally>& tools() const { return tools_; }
  const std::vector<ToolTally>& followers() const { return followers_; }
  bool forgot_findings() const { return findings_.forgot(); }
  bool forgot_files() const { return files_.forgot(); }

 private:
  ToolTally& tool(const Format& format, std::vector<ToolTally>& among);
  ToolTally* settle(const Format& format);
  std::uint64_t times_at_place(std::uint64_t place, std::uint64_t identity);
  void count_file(ToolTally& tally, std::uint8_t channel, const Diagnostic& found, Identity identity,
                  Group* group);
  static Group* group_of(ToolTally::Channel& channel, const Format& format, const Diagnostic& found,
                         std::uint64_t message_hash);

  Keeping keeping_;
  std::uint64_t json_left_out_ = 0;
  std::uint64_t last_place_ = 0;  // file and line of the last finding
  std::vector<std::uint64_t> at_that_place_;
  BoundedSet findings_{remembered_findings};
  BoundedSet files_{remembered_files};
  std::vector<ToolTally> tools_, followers_;
};

}  // namespace longhaul::diag
