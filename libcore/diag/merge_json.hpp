// The members of what a record is merged by, as its writer and its reader name them.
//
// Findings are written in columns: their hashes as one string of 16 hexadecimal digits each, since a number
// of 64 bits does not survive every program that reads JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diag/merge_state.hpp"

namespace longhaul::diag::merge_json {

using Totals = ToolTally::Totals;

inline constexpr std::uint64_t version = 1;
inline constexpr std::size_t digits = 16;  // of a hash

struct PartsMember {
  std::string_view name;
  Parts Totals::*parts;
};
inline constexpr PartsMember parts_members[] = {{"counted", &Totals::counted},
                                                {"missing", &Totals::missing},
                                                {"orphaned", &Totals::orphaned},
                                                {"cutBefore", &Totals::cut_before},
                                                {"cutAfter", &Totals::cut_after}};

struct TotalsFlag {
  std::string_view name;
  bool Totals::*flag;
};
inline constexpr TotalsFlag totals_flags[] = {{"agreed", &Totals::agreed_once},
                                              {"disagrees", &Totals::disagrees},
                                              {"disagreesAtFirst", &Totals::disagrees_at_first}};

struct ToolFlag {
  std::string_view name;
  bool MergeState::Tool::*flag;
};
inline constexpr ToolFlag tool_flags[] = {{"follower", &MergeState::Tool::follower},
                                          {"sure", &MergeState::Tool::sure},
                                          {"clean", &MergeState::Tool::said_clean},
                                          {"owes", &MergeState::Tool::owes}};

// How the place of a finding of a linter or a compiler is written.
inline std::string usual_place(const std::string& file, std::uint32_t line) {
  return line == 0 ? file : file + ':' + std::to_string(line);
}

}  // namespace longhaul::diag::merge_json
