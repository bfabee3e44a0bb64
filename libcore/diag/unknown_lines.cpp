#include "diag/unknown_lines.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "diag/template.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t longest_example = 160;

// Whether a line is a better example of its kind.
bool comes_before(std::string_view line, bool error, const UnknownLines::Template& same) {
  if (error != same.error) return error;
  if (line.size() <= longest_example) return line < same.example;
  return core::utf8_shorten(line, longest_example) < same.example;
}

}  // namespace

void UnknownLines::Template::join(const Template& other) {
  count += other.count;
  if (other.error != error ? other.error : other.example < example) example = other.example;
  error = error || other.error;
}

UnknownLines::UnknownLines(Totals totals, std::vector<Template> templates)
    : lines_{totals.lines}, error_lines_{totals.error_lines},
      last_success_{totals.ends_well ? lines_ : 0}, left_out_{totals.left_out},
      templates_{std::move(templates)}, head_{std::move(totals.head)}, tail_{totals.tail.begin(),
                                                                             totals.tail.end()} {
  for (const Template& each : templates_) by_hash_.add(each.hash);
}

UnknownLines::Totals UnknownLines::totals() const {
  return {.lines = lines_,
          .error_lines = error_lines_,
          .left_out = left_out_,
          .ends_well = last_success_ != 0 && lines_ - last_success_ < kept_lines,
          .head = head_,
          .tail = {tail_.begin(), tail_.end()}};
}

void UnknownLines::add(std::string_view line) {
  ++lines_;
  const Outcome outcome = outcome_in(line);
  const bool error = outcome == Outcome::error;
  if (error) ++error_lines_;
  if (outcome == Outcome::success) last_success_ = lines_;

  if (head_.size() < kept_lines) {
    head_.push_back(core::utf8_shorten(line, longest_example));
  } else {
    if (tail_.size() == kept_lines) tail_.pop_front();
    tail_.push_back(core::utf8_shorten(line, longest_example));
  }

  std::string masked = mask(line);
  const std::uint64_t hash = core::hash(masked);
  if (const std::size_t known = by_hash_.find(hash); known != KeyIndex::none) {
    Template& same = templates_[known];
    ++same.count;
    // A quoted word may make the difference, and those are masked.
    if (comes_before(line, error, same)) same.example = core::utf8_shorten(line, longest_example);
    same.error = same.error || error;
  } else if (by_hash_.add(hash)) {
    templates_.push_back({std::move(masked), core::utf8_shorten(line, longest_example), hash, 1, error});
  } else {
    ++left_out_;
  }
}

std::vector<UnknownLines::Template> UnknownLines::commonest() const {
  std::vector<Template> sorted = templates_;
  std::ranges::sort(sorted, [](const Template& a, const Template& b) {
    if (a.error != b.error) return a.error;
    return a.count != b.count ? a.count > b.count : a.example < b.example;
  });
  return sorted;
}

}  // namespace longhaul::diag
