// Counting: what the tools of one stream reported, each finding once, checked against the tools' own totals.
//
// Everything here is bounded; what passes a bound is counted all the same and the record says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diag/bounded_set.hpp"
#include "diag/known_files.hpp"
#include "diag/tool_tally.hpp"

namespace longhaul::diag {

inline constexpr std::size_t remembered_findings = 524'288;  // hashes of 8 bytes
inline constexpr std::size_t kept_findings = 131'072;        // to be merged; 24 bytes each
inline constexpr std::size_t remembered_files = 524'288;     // hashes of files, and of files by group

// What is kept of findings besides their counts.
struct Keeping {
  bool findings = false;   // one by one, to be listed
  bool mergeable = false;  // what it takes to merge the record with others
};

class Tally {
 public:
  explicit Tally(Keeping keeping = {});

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
  // Its run has no end, and another one begins.
  void cut_off(const Format& format);
  void owe(const Format& format);
  // The stream has ended; so many of its lines were not understood.
  void finish(std::uint64_t unknown_lines);
  // Something that only this tool prints was seen.
  void sure(const Format& format);
  // Whether findings of the format, or of what may be it, are waiting for their total.
  bool speaking(const Format& format) const;
  // An element of a JSON report was too large to be read.
  void leave_out_json(std::uint64_t elements) { json_left_out_ += elements; }
  std::uint64_t json_left_out() const { return json_left_out_; }

  // A finding of a record, which was not added before: to its channel, its group and its file. The tool's
  // totals are its record's.
  void add_kept(ToolTally& tally, std::uint8_t channel, const KeptFinding& found, std::string_view file);
  ToolTally& tool(const Format& format, bool follower) {
    return tool(format, follower ? followers_ : tools_);
  }
  // The record's numbers are not exact.
  void be_approximate() { approximate_ = true; }

  bool kept_all() const { return kept_all_; }
  // Leaves none.
  KnownFiles take_known_files() { return std::exchange(known_files_, {}); }
  std::vector<ToolTally>& tools() { return tools_; }
  std::vector<ToolTally>& followers() { return followers_; }
  const std::vector<ToolTally>& tools() const { return tools_; }
  const std::vector<ToolTally>& followers() const { return followers_; }
  bool forgot_findings() const { return findings_.forgot() || approximate_; }
  bool forgot_files() const { return files_.forgot(); }

 private:
  ToolTally& tool(const Format& format, std::vector<ToolTally>& among);
  ToolTally* settle(const Format& format);
  ToolTally& speaker(const Format& format);
  std::uint64_t times_at_place(std::uint64_t place, std::uint64_t identity);
  void keep(ToolTally::Channel& channel, const Diagnostic& found, Identity identity, std::size_t part,
            const Group* group);
  void count_file(ToolTally& tally, std::uint8_t channel, const Diagnostic& found, Identity identity,
                  Group* group);
  static Group* group_of(ToolTally::Channel& channel, const Format& format, const Diagnostic& found,
                         std::uint64_t message_hash);

  Keeping keeping_;
  bool approximate_ = false, kept_all_ = true;
  std::size_t kept_ = 0;
  KnownFiles known_files_;  // where what is mergeable is kept
  std::uint64_t json_left_out_ = 0;
  std::uint64_t last_place_ = 0;        // file and line of the last finding
  std::uint64_t found_by_pattern_ = 0;  // of one's own, since the last total of a tool
  std::vector<std::uint64_t> at_that_place_;
  BoundedSet findings_{remembered_findings};
  BoundedSet files_{remembered_files};
  std::vector<ToolTally> tools_, followers_;
};

}  // namespace longhaul::diag
