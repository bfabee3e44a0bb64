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

// Most runs do end: a line is only copied here, and looked at where there is no end.
void LineParser::within_exclusive_state(std::string_view text, Lookahead& ahead) {
  continued_by_ = nullptr;
  const bool known = continue_format(text, ahead) && continued_by_ != nullptr;
  if (known && (tells_of_run(*continued_by_) || !in_exclusive_state()))
    kept_.clear();
  else
    keep(text);
}

// Tests print what the network said, which is no other tool. An exception that no test's end follows may be
// what ended the run.
bool LineParser::may_begin_another(std::string_view text, Lookahead& ahead) {
  if (text.empty() || text.front() == ' ') return false;
  head_known_ = pairs_known_ = hash_known_ = false;
  const Match best = best_match(text, ahead, Own::loose);
  if (best.rule == nullptr || best.rule->act == Act::quote) return false;
  return best.format->kind != Kind::network_error;
}

void LineParser::keep(std::string_view text) {
  kept_.add(text, number_of_line());
  if (kept_.bytes() > most_kept_bytes && !forget_what_is_own()) read_kept();
}

// The kept lines before the first that may begin another tool's output; whether there were any.
bool LineParser::forget_what_is_own() {
  KeptLookahead ahead;
  std::size_t own = 0;
  for (; own < kept_.size(); ++own) {
    ahead.after = kept_.text(own + 1);
    if (may_begin_another(kept_.text(own), ahead)) break;
  }
  kept_.forget(own);
  return own != 0;
}

void LineParser::read_kept() {
  forget_what_is_own();
  if (kept_.empty()) return;
  const KeptLines lines = std::exchange(kept_, {});
  commit();
  end_total();
  format_ = nullptr;
  state_ = 0;
  in_block_ = quotes_source_ = heading_stands_ = false;
  heading_.clear();
  KeptLookahead ahead;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    kept_number_ = lines.number(at);
    ahead.after = lines.text(at + 1);
    line(lines.text(at), lines.text(at), ahead);
  }
  kept_number_ = 0;
}

// Another run of the same tool: the one before it had no end.
void LineParser::begin_run(const Match& match) {
  if (!kept_.empty()) {
    read_kept();
    commit();
    kept_.clear();
    tally_.cut_off(*match.format);
    format_ = match.format;
    format_number_ = match.number;
    set_block(false);
  }
  tally_.owe(*match.format);
}

}  // namespace longhaul::diag
