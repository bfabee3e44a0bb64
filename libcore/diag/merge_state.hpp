// What a record keeps so that it can be merged with others: what counts once, however many of them tell of
// it.
//
// Joining is associative and commutative. It is exact as long as no bound was passed; past one it still
// counts all, what is told twice perhaps twice, and says so.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diag/tally.hpp"
#include "diag/unknown_lines.hpp"

namespace longhaul::diag {

inline constexpr std::size_t largest_record = std::size_t{64} << 20U;  // bytes
inline constexpr std::size_t most_told = 4096;                         // inputs of a tool that say how many

struct MergeState {
  // A group's counts are here those of what is not among the findings.
  struct Channel {
    std::uint64_t more_seen = 0;        // findings that are not among `findings`
    std::uint64_t more_files = 0;       // files that only these are in
    std::uint64_t more_left_out = 0;    // likewise, of codes that found no room
    Parts more_counted{};               // likewise, in JSON's own channel
    std::vector<Group> groups;          // each key once
    std::vector<KeptFinding> findings;  // file and group are numbers of this state's
  };
  // What an input says of how many there are. `counted` and `fixable` are of what is not among the findings.
  struct Told {
    ToolTally::Totals totals;
    std::vector<FailingPlace> failing_places;  // by place

    void add(const Told& other);
  };
  struct Tool {
    const Format* format = nullptr;
    bool follower = false;
    bool sure = false, said_clean = false, owes = false;
    std::optional<Example> origin;
    std::map<std::uint64_t, Told> told;  // by a hash of the input: merged twice, it says it once
    Told more;  // of findings that were left out while merging, and of inputs beyond the bound
    std::array<Channel, channels> channel;
  };

  std::uint64_t raw_size = 0, cut_lines = 0, json_left_out = 0;
  bool approximate = false;
  std::optional<int> silent_status;  // the highest
  KnownFiles files;
  std::vector<Tool> tools;
  UnknownLines::Totals unknown;
  std::vector<UnknownLines::Template> templates;

  // In how many files findings are that are known one by one: of a channel, and of each of its groups.
  struct Spread {
    std::uint64_t files = 0;
    std::vector<std::uint64_t> of_groups;
  };
  static Spread spread_of(const Channel& channel);
  // What is known of a finding only in numbers: adds `count`, modulo 2^64, wherever it counts. `totals` are
  // those of the tool that it counts towards.
  static void count(Channel& channel, bool is_json, ToolTally::Totals& totals, const KeptFinding& finding,
                    std::uint64_t count);

  // Adds another record's. `settle` is due at the end, and is called where too much has come together.
  void join(const MergeState& other);
  // Puts findings that several records told of into one, and all into an order of their own. What passes the
  // bounds is only counted from here on.
  void settle();

 private:
  Tool& tool(const Tool& like);
  void join_tool(Tool& into, const Tool& from, const KnownFiles& names);
  void join_channel(Tool& into, std::size_t number, const Channel& from, const KnownFiles& names);
  bool is_overfull() const;
  void bound_told(Tool& tool);
  void bound_findings();
  void bound_groups(Tool& tool, std::size_t number);
  void order_files();

  std::size_t since_settled_ = 0;  // findings that were added
};

// What is known of an input besides what it says.
struct InputSeen {
  std::uint64_t hash = 0;  // of all its bytes
  std::uint64_t size = 0, cut_lines = 0;
};
// Of an analysis that has read all its input, before orphans are settled and before it is known whether a
// command was silent. What was kept is taken out of the tally.
MergeState state_of(Tally& tally, const UnknownLines& unknown, const InputSeen& input);
// The tally of all that the records told of.
Tally tally_of(MergeState state);

// As a JSON object.
std::string to_json(const MergeState& state);
// Throws core::Error, without a subject, where it is none that this version wrote.
MergeState merge_state_of(std::string_view record);

}  // namespace longhaul::diag
