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
  struct Tool {
    const Format* format = nullptr;
    bool follower = false;
    bool sure = false, said_clean = false, owes = false;
    std::string origin;
    std::vector<FailingPlace> failing_places;  // of all records, by place
    // `counted` and `fixable` are here of what is not among the findings. What a record says of how many
    // there are stands by itself, under a hash of it and of its findings: said twice, it is one.
    ToolTally::Totals totals;
    std::map<std::uint64_t, ToolTally::Totals> told;

    ToolTally::Totals all_totals() const;
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

  // Adds another record's. `settle` is due at the end, and is called where too much has come together.
  void join(const MergeState& other);
  // Puts findings that several records told of into one, and all into an order of their own. What passes the
  // bounds is only counted from here on.
  void settle();

 private:
  Tool& tool(const Tool& like);
  void join_tool(Tool& into, const Tool& from, const KnownFiles& names);
  void join_channel(Tool& into, std::size_t number, const Channel& from, const KnownFiles& names);
  void bound_findings();
  void bound_groups(Tool& tool, std::size_t number);
  void order_files();

  std::size_t since_settled_ = 0;  // findings that were added
};

// Of an analysis that has read all its input, before orphans are settled. What was kept is taken out of the
// tally.
MergeState state_of(Tally& tally, const UnknownLines& unknown);
// The tally of all that the records told of.
Tally tally_of(const MergeState& state);

// As a JSON object.
std::string to_json(const MergeState& state);
// Throws core::Error, without a subject, where it is none that this version wrote.
MergeState merge_state_of(std::string_view record);

}  // namespace longhaul::diag
