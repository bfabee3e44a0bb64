// Follows one source of lines: finds out which tool speaks, and what it says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "diag/first_rules.hpp"
#include "diag/gutter.hpp"
#include "diag/json_findings.hpp"
#include "diag/kept_lines.hpp"
#include "diag/rule_index.hpp"
#include "diag/shapeless_lines.hpp"
#include "diag/tally.hpp"
#include "diag/unknown_lines.hpp"
#include "diag/xml_findings.hpp"

namespace longhaul::diag {

// The line after the one at hand, as the parser would see it; empty at the end.
class Lookahead {
 public:
  virtual std::string_view next() = 0;

 protected:
  ~Lookahead() = default;
};

// Lines longer than this are read by their beginning; JSON may be any length.
inline constexpr std::size_t longest_line = std::size_t{64} << 10U;

class LineParser {
 public:
  // All outlive the parser; several parsers may share them. The last is the number of the line at hand.
  LineParser(const RuleIndex& index, FirstRules& first_rules, Tally& tally, UnknownLines& unknown,
             const std::uint64_t& line_number);

  // Whether a line that is a gutter's is source that the finding above quotes: most lines of a long output
  // are, and need no further look.
  bool quotes_source() const { return quotes_source_; }

  // One line without its end, colours, prefix and trailing blanks. `original` is what is kept where it is not
  // understood. `complete` is false where only the beginning of an over-long line is given.
  void line(std::string_view text, std::string_view original, Lookahead& ahead, bool complete = true);
  // The next part of an over-long line.
  void rest_of_line(std::string_view text, bool complete);
  void finish();
  // Within JSON or XML, of which a line is no line of its own.
  bool in_document() const;

 private:
  struct Pending {
    bool open = false, confirmed = false, placed = false;
    const Format* format = nullptr;
    const RuleDetail* how = nullptr;
    Claim claim = Claim::maybe;
    Severity severity = Severity::error;
    bool fix = false;
    std::uint32_t line = 0, column = 0;
    std::uint64_t count = 1;
    std::size_t indent = 0, message_at = 0;  // where the message begins in `message`
    std::string file, code, name, message;
    std::uint64_t first_line = 0;  // of the input
    bool identified = false;
    Tally::Identity identity;
  };
  struct Match {
    const Format* format = nullptr;
    const Rule* rule = nullptr;
    std::size_t number = 0;  // of the format
    Fields fields;
    Claim claim = Claim::maybe;
  };

  void blank_line();
  bool goes_on_before_place(Lookahead& ahead) const;
  bool guesses(const Match& match, Lookahead& ahead) const;
  bool belongs_to_what_is_open(Act act, std::string_view text, Lookahead& ahead) const;
  // Of a line: who was asked, a format in a state; how many rules were tried, whether it had the shape of
  // one, and of which last.
  struct Trial {
    Match match;
    std::uint64_t asked = 0;
    std::size_t tried = 0;
    bool shaped = false;
  };
  bool try_rules(std::span<const RuleIndex::Id> rules, std::string_view text, Lookahead& ahead, Trial& trial);
  bool continue_format(std::string_view text, Lookahead& ahead);
  // Whether a line that no rule of the format at hand knows is taken for its own, and against what.
  enum class Own { no, detail, loose };
  Own owned(std::string_view text) const;
  bool enter_format(std::string_view text, Lookahead& ahead, Own own);
  bool may_outweigh(const RuleRef& ref, std::string_view text, Own own) const;
  bool stands_alone(const Match& match, std::string_view text, Lookahead& ahead) const;
  Match best_match(std::string_view text, Lookahead& ahead, Own own);
  static bool reads_its_file(const Match& match, Lookahead& ahead);
  bool has_shape(const RuleRef& ref, std::string_view text, Match& match);
  bool fits(const RuleRef& ref, std::string_view text, Lookahead& ahead, Match& match);
  bool is_quoted(std::string_view text, Lookahead& ahead) const;
  // Of the line at hand, found when it is first asked for.
  const LineHead& head(std::string_view text);
  const PairSet& pairs(std::string_view text);
  std::uint64_t hash(std::string_view text);
  std::uint64_t shapeless_key(std::string_view text, std::uint64_t asked);
  bool in_exclusive_state() const;
  void set_block(bool in_block);
  void set_code(std::string_view code);

  void apply(const Match& match, std::string_view text);
  void begin_finding(const Match& match, std::string_view text);
  void extend_finding(const Match& match);
  void own_total(const Match& match);
  void end_total();
  void take_total();
  std::string_view file_of(const Match& match);
  bool heading_fits(const Match& match) const;
  Diagnostic pending_finding() const;
  void commit();

  // Of a run that was perhaps cut off (cut_runs.cpp).
  void within_exclusive_state(std::string_view text, Lookahead& ahead);
  bool may_begin_another(std::string_view text, Lookahead& ahead);
  void keep(std::string_view text);
  bool forget_what_is_own();
  void read_kept();
  void begin_run(const Match& match);
  std::uint64_t number_of_line() const { return kept_number_ != 0 ? kept_number_ : line_number_; }

  bool start_document(std::string_view text, bool complete);
  void feed_document(std::string_view text, bool complete);
  void abandon_document(const std::string& text);
  void not_understood(std::string_view text, std::string_view original);
  void flush_held();

  const RuleIndex& index_;
  FirstRules& first_rules_;
  Tally& tally_;
  UnknownLines& unknown_;
  const std::uint64_t& line_number_;
  JsonFindings json_;
  XmlFindings xml_;

  const Format* format_ = nullptr;  // that spoke last
  std::size_t format_number_ = 0;
  State state_ = 0;
  bool after_blank_ = false;
  bool in_block_ = false;       // the last line belonged to a finding
  bool quotes_source_ = false;  // in a block of a format that quotes behind a gutter
  Pending pending_;
  struct {
    const Format* format = nullptr;
    const RuleDetail* how = nullptr;
    OwnTotal own;
  } total_;                           // of several lines
  std::size_t heading_width_ = 0;     // of the section headings, 0 where none was seen
  std::string heading_;               // file of the items below it
  std::uint32_t heading_line_ = 0;    // where it names one
  bool heading_stands_ = false;       // until the next one, not only until a blank line
  std::string held_, held_original_;  // the last line not understood: may turn out to be a heading
  bool holds_ = false;
  bool replaying_ = false;              // lines that were taken for JSON
  const Rule* continued_by_ = nullptr;  // the rule of the format at hand that took the last line
  KeptLines kept_;                      // of an exclusive state, since its tool spoke last
  std::uint64_t kept_number_ = 0;       // of the kept line that is being read
  bool head_known_ = false, pairs_known_ = false, hash_known_ = false;
  LineHead head_;
  PairSet pairs_;
  std::uint64_t hash_ = 0;
  ShapelessLines shapeless_;
};

}  // namespace longhaul::diag
