// From bytes to lines: bounded in memory whatever comes, prefixes seen through, and interleaved sources kept
// apart.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diag/line_parser.hpp"
#include "diag/line_prefix.hpp"
#include "diag/own_lines.hpp"

namespace longhaul::diag {

class TextStream {
 public:
  static constexpr std::size_t max_sources = 16;

  // All outlive the stream; `own` may be null.
  TextStream(const RuleIndex& index, Tally& tally, UnknownLines& unknown, OwnLines* own);

  // Where the next bytes may be written, and how many were: saves a copy of the whole input.
  std::span<char> space();
  void wrote(std::size_t bytes);
  // Ends a last line that has no end of its own, so that another input may follow.
  void end_of_file();
  void finish();

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t lines() const { return line_number_; }
  std::uint64_t cut_lines() const { return cut_lines_; }

 private:
  class Next;
  struct Source {
    std::string label;
    std::unique_ptr<LineParser> parser;
  };
  struct Line {
    std::string_view label, text, original;
  };

  std::size_t without_mark(std::size_t bytes);
  void read_block();
  void read_lines(bool at_end);
  bool skip_gutter_line();
  void one_line(std::size_t begin, std::size_t end, std::string_view next);
  void part_of_line(std::string_view part, bool last);
  void learn_prefix(std::string_view block);
  Line plain(std::string_view raw, std::string& scratch) const;
  LineParser& parser_for(std::string_view label);
  void give(LineParser& parser, std::string_view text, std::string_view original, Lookahead& ahead);
  void add_own(const Diagnostic& found);

  const RuleIndex& index_;
  FirstRules first_rules_;
  Tally& tally_;
  UnknownLines& unknown_;
  OwnLines* own_;
  LinePrefix prefix_;
  std::vector<Source> sources_;
  std::unique_ptr<char[]> buffer_;   // of buffer_size bytes, not cleared: most inputs use little of it
  std::size_t begin_ = 0, end_ = 0;  // of what is not read yet
  std::string scratch_, next_scratch_;
  LineParser* cut_parser_ = nullptr;
  LineParser* only_parser_ = nullptr;  // as long as lines have no labels
  unsigned blocks_learned_from_ = 0;
  bool at_start_of_input_ = true;
  bool in_long_line_ = false, plain_block_ = false;
  std::uint64_t bytes_ = 0, cut_lines_ = 0;
  std::uint64_t line_number_ = 0;  // of the line at hand, from 1
};

}  // namespace longhaul::diag
