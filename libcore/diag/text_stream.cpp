#include "diag/text_stream.hpp"

#include <algorithm>
#include <cstring>

#include "base/line_scan.hpp"
#include "diag/plain_text.hpp"

namespace longhaul::diag {

using core::find_line_end;

namespace {

constexpr std::size_t buffer_size = std::size_t{256} << 10U;
constexpr std::size_t least_read = std::size_t{64} << 10U;
constexpr std::size_t sampled_lines = 256;
constexpr unsigned blocks_to_learn_from = 8;

}  // namespace

// The following line, made plain only when asked for.
class TextStream::Next final : public Lookahead {
 public:
  Next(TextStream& stream, std::string_view raw) : stream_{stream}, raw_{raw} {}
  std::string_view next() override { return stream_.plain(raw_, stream_.next_scratch_).text; }

 private:
  TextStream& stream_;
  std::string_view raw_;
};

TextStream::TextStream(const RuleIndex& index, Tally& tally, UnknownLines& unknown, OwnLines* own)
    : index_{index}, first_rules_{index}, tally_{tally}, unknown_{unknown}, own_{own},
      buffer_{std::make_unique_for_overwrite<char[]>(buffer_size)} {}

std::span<char> TextStream::space() {
  if (buffer_size - end_ < least_read && begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.get() + end_, buffer_size - end_};
}

void TextStream::wrote(std::size_t bytes) {
  bytes_ += bytes;
  if (at_start_of_input_) bytes = without_mark(bytes);
  const std::string_view block{buffer_.get() + end_, bytes};
  end_ += bytes;
  // Half a line may have been looked at already, so a plain block only follows a plain one.
  plain_block_ = (begin_ + bytes == end_ || plain_block_) && !core::holds_either(block, '\x1b', '\r');
  // Small pieces are gathered first: what is read, and learned, does not depend on how the input was cut.
  if (in_long_line_ || end_ - begin_ >= least_read) read_block();
}

// Takes the byte order mark of UTF-8, which some editors and shells begin a file with, off what was just
// written; returns what is left of it.
std::size_t TextStream::without_mark(std::size_t bytes) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  char* const start = buffer_.get() + end_;
  at_start_of_input_ = bytes == 0;
  if (!std::string_view{start, bytes}.starts_with(mark)) return bytes;
  std::memmove(start, start + mark.size(), bytes - mark.size());
  return bytes - mark.size();
}

void TextStream::read_block() {
  if (!prefix_.known() && blocks_learned_from_ < blocks_to_learn_from)
    learn_prefix({buffer_.get() + begin_, end_ - begin_});
  read_lines(false);
}

void TextStream::end_of_file() {
  const bool at_line_start = !in_long_line_ && (end_ == 0 || buffer_[end_ - 1] == '\n');
  if (!at_line_start) {
    space()[0] = '\n';
    wrote(1);
    --bytes_;
  }
  at_start_of_input_ = true;
}

void TextStream::finish() {
  if (in_long_line_) {
    part_of_line({buffer_.get() + begin_, end_ - begin_}, true);
    begin_ = end_;
  }
  if (begin_ < end_) read_block();
  read_lines(true);
  ++line_number_;
  for (Source& source : sources_) source.parser->finish();
  if (own_ != nullptr) own_->finish([this](const Diagnostic& found) { add_own(found); });
}

void TextStream::learn_prefix(std::string_view block) {
  ++blocks_learned_from_;
  std::vector<std::string> sample;
  std::string scratch;
  while (!block.empty() && sample.size() < sampled_lines) {
    const std::size_t end = std::min(block.find('\n'), block.size());
    sample.emplace_back(plain_text(block.substr(0, std::min<std::size_t>(end, 512)), scratch));
    block.remove_prefix(std::min(end + 1, block.size()));
  }
  const std::vector<std::string_view> lines{sample.begin(), sample.end()};
  prefix_.learn(lines);
}

TextStream::Line TextStream::plain(std::string_view raw, std::string& scratch) const {
  const std::string_view text = plain_block_ ? trim_end(raw) : plain_text(raw, scratch);
  if (!prefix_.known()) return {{}, LinePrefix::without_date(text), text};
  const LinePrefix::Parts parts = prefix_.split(text);
  return {parts.label, trim_end(parts.text), text};
}

LineParser& TextStream::parser_for(std::string_view label) {
  const auto found =
      std::find_if(sources_.begin(), sources_.end(), [&](const Source& s) { return s.label == label; });
  if (found != sources_.end()) return *found->parser;
  if (sources_.size() == max_sources) return *sources_.front().parser;
  LineParser& added =
      *sources_
           .emplace_back(Source{std::string{label}, std::make_unique<LineParser>(index_, first_rules_, tally_,
                                                                                 unknown_, line_number_)})
           .parser;
  if (label.empty()) only_parser_ = &added;
  return added;
}

// Reads whole lines, each only when the one after it is there too: source that a tool quotes is told by the
// marks on the line below.
void TextStream::read_lines(bool at_end) {
  if (in_long_line_) {
    const std::size_t stop = find_line_end(buffer_.get(), begin_, end_);
    const bool last = stop < end_;
    part_of_line({buffer_.get() + begin_, stop - begin_}, last);
    begin_ = last ? stop + 1 : end_;
    if (!last) return;
  }
  const bool simple = plain_block_ && !prefix_.known();
  std::size_t next_begin = end_;
  std::size_t next_end = end_;
  while (begin_ < end_) {
    if (simple && only_parser_ != nullptr && only_parser_->quotes_source() && skip_gutter_line()) continue;
    const bool known = begin_ == next_begin;
    const std::size_t line_end = known ? next_end : find_line_end(buffer_.get(), begin_, end_);
    if (line_end == end_) break;
    next_begin = line_end + 1;
    next_end = find_line_end(buffer_.get(), next_begin, end_);
    const bool next_whole = next_end < end_ || next_end - next_begin > longest_line;
    if (!next_whole && !at_end) return;
    one_line(begin_, line_end, {buffer_.get() + next_begin, next_end - next_begin});
    begin_ = next_begin;
  }
  if (at_end && begin_ < end_) {
    one_line(begin_, end_, {});
    begin_ = end_;
  } else if (end_ - begin_ > longest_line) {
    in_long_line_ = true;
    ++line_number_;
    const Line line = plain({buffer_.get() + begin_, end_ - begin_}, scratch_);
    cut_parser_ = &parser_for(line.label);
    Next nothing{*this, {}};
    cut_parser_->line(line.text, line.original, nothing, false);
    begin_ = end_;
  }
}

bool TextStream::skip_gutter_line() {
  const std::size_t stop = gutter_line_end(buffer_.get(), begin_, end_);
  if (stop == no_gutter) return false;
  ++line_number_;
  begin_ = stop + 1;
  return true;
}

void TextStream::one_line(std::size_t begin, std::size_t end, std::string_view next) {
  ++line_number_;
  const std::string_view raw{buffer_.get() + begin, end - begin};
  Next following{*this, next};
  if (plain_block_ && !prefix_.known() && only_parser_ != nullptr) {
    const std::string_view text = trim_end(raw);
    return give(*only_parser_, LinePrefix::without_date(text), text, following);
  }
  const Line line = plain(raw, scratch_);
  LineParser& parser = line.label.empty() && only_parser_ != nullptr ? *only_parser_ : parser_for(line.label);
  give(parser, line.text, line.original, following);
}

// A team's own patterns know better than the formats.
void TextStream::give(LineParser& parser, std::string_view text, std::string_view original,
                      Lookahead& ahead) {
  const bool is_own = own_ != nullptr && !parser.in_document() && !text.empty() &&
                      own_->take(text, [this](const Diagnostic& found) { add_own(found); });
  if (!is_own) parser.line(text, original, ahead);
}

void TextStream::add_own(const Diagnostic& found) {
  static constexpr RuleDetail how{.sure = true};
  tally_.sure(own_pattern());
  tally_.add(own_pattern(), found, how, Claim::sure);
}

void TextStream::part_of_line(std::string_view part, bool last) {
  cut_parser_->rest_of_line(part, last);
  if (!last) return;
  in_long_line_ = false;
  ++cut_lines_;
}

}  // namespace longhaul::diag
