// What one tool reported in one stream: in which layouts, and what its own totals say.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diag/common_paths.hpp"
#include "diag/finding_list.hpp"
#include "diag/format.hpp"
#include "diag/group.hpp"

namespace longhaul::diag {

inline constexpr std::size_t max_groups = 512;  // per tool and channel
inline constexpr std::size_t channels = 4;
// Of a test runner's JSON, which tells the whole of a run that its text tells too, in names of its own.
inline constexpr std::uint8_t json_channel = 3;

// Two counts kept apart because tallies name them apart: errors and warnings, or failed tests and broken
// suites.
using Parts = std::array<std::uint64_t, 2>;

// What a tool's own total line says. Absent is not zero.
struct OwnTotal {
  std::optional<std::uint64_t> total, fixable, files;
  std::array<std::optional<std::uint64_t>, 2> parts;
};

// Where tests fail: one place behind many of them is a fixture, or what they all call.
struct FailingPlace {
  static constexpr std::size_t most = 64;

  std::string place;
  std::uint64_t count = 0;
};

// A finding that several records may tell of: what it takes to count it once.
struct KeptFinding {
  static constexpr std::uint32_t no_group = UINT32_MAX;
  static constexpr std::uint32_t no_file = UINT32_MAX;

  std::uint64_t identity = 0;
  std::uint32_t count = 1;
  std::uint32_t file = no_file;    // number of its name
  std::uint32_t group = no_group;  // number of its group
  std::uint8_t part = 0;           // of Parts
  bool fixable = false;
  bool counted = false;  // by the text's totals: its layout was the fullest of its section
};

// What one tool reported.
class ToolTally {
 public:
  explicit ToolTally(const Format& of_format);

  struct Channel {
    Parts raw{}, fresh{};  // of the section at hand: as printed, and not seen before
    std::uint64_t fresh_fixable = 0;
    std::uint64_t seen = 0, files = 0;  // of the whole stream
    std::uint64_t files_before = 0;     // the section at hand
    std::uint64_t codes_left_out = 0;   // findings whose code found no room among the groups
    std::uint64_t code_hash = 0, file_hash = 0;
    std::vector<Group> groups;
    KeyIndex by_key{max_groups};
    std::uint64_t last_file = 0;  // of the finding before, where most are
    CommonPaths paths;
    FindingList listed;             // where findings are listed
    std::vector<KeptFinding> kept;  // where the record is to be merged with others
    std::size_t kept_before = 0;    // the section at hand
  };

  // What is known besides the findings. Of several records it is the sum.
  struct Totals {
    Parts counted{}, missing{}, orphaned{};
    // What was missing before the first total, and what had no total at the end: where a stream was cut in
    // two, one part's is the other's.
    Parts cut_before{}, cut_after{};
    std::uint64_t most_cut = 0;  // of both, in one record
    std::uint64_t fixable = 0;
    std::uint64_t missing_files = 0, orphaned_files = 0;
    // Of what was cut: mended by the tool's word, and as seen.
    std::uint64_t fixable_before = 0, fixable_after = 0;
    std::size_t agreed_channel = channels;  // that the tool's own total fitted
    bool agreed_once = false;
    bool disagrees = false, disagrees_at_first = false;
    void add(const Totals& other);
    // Whether it says how many of anything.
    bool counts() const;
  };

  Parts parts() const;  // totals, open section included
  std::uint64_t total() const { return parts()[0] + parts()[1]; }
  std::uint64_t shown() const;  // what was seen of it
  std::uint64_t fixable() const;
  std::uint64_t files() const { return fullest().files + missing_files_; }
  bool disagrees() const { return disagrees_ || disagrees_at_first_; }
  bool spoke() const;
  const Channel& fullest() const;  // the channel that groups and files are taken from
  bool section_open() const;
  // Whether the section has nothing of the parts that a total names: it may be another's.
  bool shows_none_of(const OwnTotal& own) const;
  std::uint64_t sections() const { return sections_; }  // that have ended

  // `believed`: the total counts even where no finding was seen before it. `taken`: so many of its findings
  // were perhaps read by a pattern of one's own.
  void end_section(OwnTotal own, bool believed, std::uint64_t taken);
  // Ends a section that was cut off before its total, since the next one begins.
  void end_cut_section();
  // Totals with nothing before them count where this tool has the stream for itself: its beginning was cut
  // off.
  void settle_orphans(bool alone);
  void claim_fixable(std::uint64_t own);

  void fails_at(const std::string& place, std::uint64_t times);

  // At the end of the stream, before orphans are settled.
  Totals totals();
  // Of a tally in which nothing was counted yet.
  void restore(const Totals& totals);

  const Format* format;
  std::uint64_t salt;              // of this tool's files
  std::uint64_t shared_files = 0;  // files that another tool had named before
  std::optional<Example> origin;   // the first error that has a place; of several records, the least
  std::vector<FailingPlace> failing_places;
  bool sure = false;
  bool said_clean = false;
  bool owes = false;  // has begun what ends in a total, and not ended it
  std::array<Channel, channels> channel;

 private:
  std::size_t section_channel() const;
  std::size_t channel_of(const OwnTotal& own);
  Parts text_parts() const;
  bool json_tells_more() const;
  static std::uint64_t files_not_seen(const Channel& channel, const OwnTotal& own);  // of its section
  void begin_section(const Channel& best, std::uint64_t fresh);
  void count_kept(Channel& best);
  void join_cuts(const Totals& totals);

  Parts closed_{}, missing_{}, orphaned_{};
  Parts unreconciled_{}, doubtful_{};  // raw counts, and missing ones, since the last total that agreed
  std::uint64_t sections_ = 0, closed_fixable_ = 0, last_section_fresh_ = 0, last_section_fixable_ = 0;
  std::size_t agreed_channel_ = channels;
  std::uint64_t missing_files_ = 0, orphaned_files_ = 0;
  Parts cut_before_{};
  std::uint64_t fixable_before_ = 0;
  bool disagrees_ = false, disagrees_at_first_ = false, agreed_once_ = false;
};

}  // namespace longhaul::diag
