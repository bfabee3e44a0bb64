#include "diag/outcome_words.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/ascii.hpp"
#include "diag/pair_set.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t looked_at = 1024;

using core::is_letter;
using core::lower;

// Whole words in lower case, found in any case.
class Words {
 public:
  template <std::size_t n>
  // NOLINTNEXTLINE(google-explicit-constructor): a list of words reads better without the type's name
  consteval Words(const std::string_view (&words)[n]) : words_{words} {
    for (std::size_t at = 0; at < n; ++at) {
      if (at != 0 && words[at] < words[at - 1]) throw "not in alphabetical order";
      lengths_[letter(words[at])] |= 1U << words[at].size();
      for (std::size_t after = letter(words[at]) + 1; after < begin_.size(); ++after) ++begin_[after];
    }
  }
  bool hold(std::string_view word) const {
    if (word.size() > 31 || (lengths_[letter(word)] >> word.size() & 1U) == 0) return false;
    const std::size_t first = letter(word);
    for (const std::string_view known : words_.subspan(begin_[first], begin_[first + 1] - begin_[first]))
      if (std::ranges::equal(known, word, [](char a, char b) { return a == lower(b); })) return true;
    return false;
  }

 private:
  static constexpr std::size_t letter(std::string_view word) {
    return static_cast<unsigned char>(lower(word.front())) & 31U;
  }
  std::span<const std::string_view> words_;
  std::array<std::uint32_t, 32> lengths_{};  // a bit for each length that words of this first letter have
  std::array<std::uint8_t, 33> begin_{};     // of the words of each first letter
};

constexpr std::string_view list_of_error_words[] = {
    "abort",     "aborted",    "alert",      "cannot",      "corrupt",      "corrupted",    "corruption",
    "crash",     "crashed",    "crashes",    "critical",    "denied",       "emerg",        "emergency",
    "err",       "errno",      "error",      "errors",      "exception",    "exceptions",   "fail",
    "failed",    "failing",    "fails",      "failure",     "failures",     "fatal",        "internalerror",
    "invalid",   "killed",     "oomkilled",  "oops",        "panic",        "panicked",     "refused",
    "rejected",  "segfault",   "terminated", "timeout",     "traceback",    "unable",       "uncaught",
    "undefined", "unexpected", "unhandled",  "unreachable", "unrecognised", "unrecognized", "unresolved"};
// A phrase, and what a line that holds it must have: sought in few lines only.
struct Phrase {
  // NOLINTNEXTLINE(google-explicit-constructor): lists of phrases read better without the type's name
  consteval Phrase(const char* phrase) : text{phrase} { pairs.add(text); }
  std::string_view text;
  PairSet pairs;
};
constexpr Phrase error_phrases[] = {
    "segmentation fault", "timed out",      "could not",    "not found",      "no such ",   "does not exist",
    "core dumped",        "can't ",         "err!",         "out of memory",  "not ok ",    "no module named",
    "no space left",      "would reformat", "issues found", "problems found", "double free"};
// "exited with code 137", "exit status 2"
constexpr Phrase status_phrases[] = {"exit code ",   "exit status ", "exited with code ",
                                     "exited with ", "exit code: ",  "status code "};
// What marks a failure at the start of a line.
constexpr std::string_view failure_marks[] = {"✗", "✖", "✘", "❌", "×", "⨯"};
constexpr std::string_view list_of_success_words[] = {"clean",      "complete",    "completed", "done",
                                                      "ok",         "passed",      "succeeded", "success",
                                                      "successful", "successfully"};

constexpr Words error_words{list_of_error_words};
constexpr Words success_words{list_of_success_words};

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
  const PairSet pairs = PairSet::of(lowered);
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
void each_word(std::string_view line, Visit visit) {
  constexpr std::size_t longest = 64;
  std::size_t at = 0;
  while (at < line.size()) {
    if (!is_letter(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && is_letter(line[end])) ++end;
    if (end - at <= longest && visit(line.substr(at, end - at), at, end)) return;
    at = end;
  }
}

std::string lowered(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// What its words say.
Outcome outcome_of_words(std::string_view line) {
  Outcome outcome = Outcome::none;
  each_word(line, [&](std::string_view word, std::size_t begin, std::size_t end) {
    if (ends_as_class(word)) {
      if (!is_negated(line, begin, end)) outcome = Outcome::error;
    } else if (error_words.hold(word)) {
      const bool negated = is_negated(line, begin, end);
      if (!is_part_of_name(line, begin, end)) outcome = negated ? Outcome::success : Outcome::error;
    } else if (success_words.hold(word) && !is_part_of_name(line, begin, end)) {
      if (begin < 4 || line.substr(0, begin).find("not ") == std::string_view::npos)
        outcome = Outcome::success;
    }
    return outcome == Outcome::error;
  });
  return outcome;
}

}  // namespace

Outcome outcome_in(std::string_view line) {
  line = line.substr(0, looked_at);
  const Outcome outcome = outcome_of_words(line);
  const bool is_error =
      outcome == Outcome::error || is_marked_failed(line) || holds_error_phrase(lowered(line));
  return is_error ? Outcome::error : outcome;
}

}  // namespace longhaul::diag
