// Runs that were cut off in an exclusive state: no line of the tool's own tells their end. What may be
// another tool's is kept, forgotten where the tool at hand goes on, and else read again.
#include <utility>

#include "diag/line_parser.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t most_kept_bytes = std::size_t{256} << 10U;

// Whether a line that this rule knows tells that the run goes on: any text may look like a place or a
// message.
bool tells_of_run(const Rule& rule) {
  switch (rule.act) {
    case Act::place:
    case Act::replace:
    case Act::more:
    case Act::finish:
    case Act::quote: return false;
    case Act::noise: return rule.detail.sure;
    default: return true;
  }
}

class KeptLookahead : public Lookahead {
 public:
  std::string_view after;
  std::string_view next() override { return after; }
};

}  // namespace

void LineParser::within_exclusive_state(std::string_view text, Lookahead& ahead) {
  continued_by_ = nullptr;
  if (continue_format(text, ahead) && continued_by_ != nullptr && tells_of_run(*continued_by_)) {
    kept_.clear();
    kept_bytes_ = 0;
  } else if (!kept_.empty() || may_begin_another(text, ahead)) {
    keep(text);
  }
}

// Tests print exceptions and what the network said: only other tools count.
bool LineParser::may_begin_another(std::string_view text, Lookahead& ahead) {
  if (text.front() == ' ') return false;
  const Match best = best_match(text, ahead, Own::loose);
  if (best.rule == nullptr || best.rule->act == Act::quote) return false;
  return best.format->kind != Kind::runtime_error && best.format->kind != Kind::network_error;
}

void LineParser::keep(std::string_view text) {
  kept_.push_back({std::string{text}, number_of_line()});
  kept_bytes_ += text.size() + 1;
  if (kept_bytes_ > most_kept_bytes) read_kept();
}

void LineParser::read_kept() {
  const std::vector<KeptLine> lines = std::exchange(kept_, {});
  kept_bytes_ = 0;
  commit();
  end_total();
  format_ = nullptr;
  state_ = 0;
  in_block_ = quotes_source_ = heading_stands_ = false;
  heading_.clear();
  KeptLookahead ahead;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    kept_number_ = lines[at].number;
    ahead.after = at + 1 < lines.size() ? std::string_view{lines[at + 1].text} : std::string_view{};
    line(lines[at].text, lines[at].text, ahead);
  }
  kept_number_ = 0;
}

// Another run of the same tool: the one before it had no end.
void LineParser::begin_run(const Match& match) {
  if (!kept_.empty()) {
    read_kept();
    commit();
    format_ = match.format;
    format_number_ = match.number;
    set_block(false);
  }
  tally_.owe(*match.format);
}

}  // namespace longhaul::diag
