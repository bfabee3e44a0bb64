#include "diag/unknown_lines.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "diag/shape.hpp"
#include "diag/template.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t longest_example = 160;
constexpr std::size_t looked_at = 1024;  // bytes of a line that decide what it speaks of

using core::is_letter;
using core::lower;

// Whole words, in lower case.
constexpr std::string_view error_words[] = {
    "error",        "errors",       "err",           "errno",   "fail",       "fails",      "failed",
    "failure",      "failures",     "failing",       "fatal",   "exception",  "exceptions", "panic",
    "panicked",     "traceback",    "cannot",        "unable",  "denied",     "refused",    "abort",
    "aborted",      "crash",        "crashed",       "crashes", "segfault",   "killed",     "timeout",
    "undefined",    "unresolved",   "unreachable",   "invalid", "unexpected", "corrupt",    "corrupted",
    "critical",     "emerg",        "emergency",     "alert",   "unhandled",  "uncaught",   "rejected",
    "unrecognized", "unrecognised", "internalerror", "oops",    "corruption", "oomkilled",  "terminated",
};
// A phrase, and what a line that holds it must have: sought in few lines only.
struct Phrase {
  // NOLINTNEXTLINE(google-explicit-constructor): lists of phrases read better without the type's name
  consteval Phrase(const char* phrase) : text{phrase} { pairs.add(text); }
  std::string_view text;
  PairSet pairs;
};
constexpr Phrase error_phrases[] = {
    "segmentation fault", "timed out",    "could not",      "not found",     "no such ", "does not exist",
    "core dumped",        "can't ",       "err!",           "out of memory", "not ok ",  "no space left",
    "would reformat",     "issues found", "problems found", "double free"};
// "exited with code 137", "exit status 2"
constexpr Phrase status_phrases[] = {"exit code ",   "exit status ", "exited with code ",
                                     "exited with ", "exit code: ",  "status code "};
// What marks a failure at the start of a line.
constexpr std::string_view failure_marks[] = {"✗", "✖", "✘", "❌", "×", "⨯"};
constexpr std::string_view success_words[] = {"ok",        "done",   "success",  "successful", "successfully",
                                              "succeeded", "passed", "complete", "completed",  "clean"};

template <std::size_t n>
bool is_one_of(const std::string_view (&words)[n], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// "0 errors", "no error", "without errors"; "errors: 0", "failed=0"
bool is_negated(std::string_view line, std::size_t begin, std::size_t end) {
  std::string_view before = line.substr(0, begin);
  while (before.ends_with(' ')) before.remove_suffix(1);
  const auto follows = [&](std::string_view word) {
    if (!before.ends_with(word)) return false;
    if (before.size() == word.size()) return true;
    const char joint = before[before.size() - word.size() - 1];
    return joint == ' ' || joint == '(' || joint == ',' || joint == '[' || joint == '\t' || joint == ':';
  };
  if (follows("0") || follows("no") || follows("No") || follows("without") || follows("zero")) return true;
  std::string_view after = line.substr(end);
  while (!after.empty() && (after.front() == ':' || after.front() == '=' || after.front() == ' '))
    after.remove_prefix(1);
  return after.size() != line.size() - end && after.starts_with("0") &&
         (after.size() == 1 || !(after[1] >= '0' && after[1] <= '9')) && !after.starts_with("0x");
}

// A name such as error.ts, on_error or src/failed/: the word is part of something larger.
bool is_part_of_name(std::string_view line, std::size_t begin, std::size_t end) {
  const auto joins = [](char c) {
    return c == '_' || c == '/' || c == '-' || c == '$' || (c >= '0' && c <= '9');
  };
  if (begin > 0 && (joins(line[begin - 1]) || line[begin - 1] == '.')) return true;
  if (end == line.size()) return false;
  const bool dotted = line[end] == '.' && end + 1 < line.size() && is_letter(line[end + 1]);
  return joins(line[end]) || dotted || line[end] == '(';
}

bool holds_error_phrase(std::string_view lowered) {
  PairSet pairs;
  pairs.add(lowered);
  const auto find = [&](const Phrase& phrase) {
    return pairs.has(phrase.pairs) ? lowered.find(phrase.text) : std::string_view::npos;
  };
  for (const Phrase& phrase : error_phrases)
    if (find(phrase) != std::string_view::npos) return true;
  for (const Phrase& phrase : status_phrases) {
    const std::size_t at = find(phrase);
    if (at == std::string_view::npos || at + phrase.text.size() == lowered.size()) continue;
    const char digit = lowered[at + phrase.text.size()];
    if (digit >= '1' && digit <= '9') return true;
  }
  return false;
}

bool is_marked_failed(std::string_view line) {
  const std::size_t at = line.find_first_not_of(" \t");
  return at != std::string_view::npos &&
         std::any_of(std::begin(failure_marks), std::end(failure_marks),
                     [&](std::string_view mark) { return line.substr(at).starts_with(mark); });
}

bool ends_as_class(std::string_view word) {
  for (const std::string_view suffix : {"Error", "Exception", "Failure", "Panic"})
    if (word.size() > suffix.size() && word.ends_with(suffix)) return true;
  return false;
}

template <typename Visit>
bool any_word(std::string_view line, Visit visit) {
  std::size_t at = 0;
  while (at < line.size()) {
    if (!is_letter(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && is_letter(line[end])) ++end;
    if (end - at <= 64 && visit(line.substr(at, end - at), at, end)) return true;
    at = end;
  }
  return false;
}

std::string lowered(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// Whether a line is a better example of its kind.
bool comes_before(std::string_view line, bool error, const UnknownLines::Template& same) {
  if (error != same.error) return error;
  if (line.size() <= longest_example) return line < same.example;
  return core::utf8_shorten(line, longest_example) < same.example;
}

}  // namespace

bool speaks_of_error(std::string_view line) {
  line = line.substr(0, looked_at);
  std::array<char, 16> word_buffer{};
  const bool found = any_word(line, [&](std::string_view word, std::size_t begin, std::size_t end) {
    if (ends_as_class(word)) return !is_negated(line, begin, end);
    if (word.size() < 3 || word.size() > word_buffer.size()) return false;
    std::transform(word.begin(), word.end(), word_buffer.begin(), lower);
    return is_one_of(error_words, std::string_view{word_buffer.data(), word.size()}) &&
           !is_negated(line, begin, end) && !is_part_of_name(line, begin, end);
  });
  if (found || is_marked_failed(line)) return true;
  return holds_error_phrase(lowered(line));
}

bool speaks_of_success(std::string_view line) {
  if (speaks_of_error(line)) return false;
  line = line.substr(0, looked_at);
  return any_word(line, [&](std::string_view word, std::size_t begin, std::size_t end) {
    if (is_part_of_name(line, begin, end)) return false;
    const std::string small = lowered(word);
    if (is_one_of(success_words, small))
      return begin < 4 || line.substr(0, begin).find("not ") == std::string_view::npos;
    return is_one_of(error_words, small) && is_negated(line, begin, end);
  });
}

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
  const bool error = speaks_of_error(line);
  if (error)
    ++error_lines_;
  else if (speaks_of_success(line))
    last_success_ = lines_;

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
