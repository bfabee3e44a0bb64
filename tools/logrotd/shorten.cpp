#include "shorten.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "diag/analyser.hpp"
#include "diag/render.hpp"
#include "store/json_writer.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::size_t least_worth = 24;  // shorter than this, a shortened value says nothing

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; }

// How many backslashes stand in a row before `at`.
std::size_t backslashes_before(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (count < at && text[at - count - 1] == '\\') ++count;
  return count;
}

// Whether text may be cut before byte `at`: in no character and, in JSON, in no escape and no pair of
// surrogates.
bool may_cut(std::string_view text, std::size_t at, bool json) {
  if (at == 0 || at >= text.size()) return true;
  if (is_continuation(text[at])) return false;
  if (!json) return true;
  if (backslashes_before(text, at) % 2 == 1) return false;
  for (std::size_t back = 1; back <= 4 && back < at; ++back)  // within \uXXXX
    if (text[at - back] == 'u' && backslashes_before(text, at - back) % 2 == 1) return false;
  const std::string_view rest = text.substr(at);
  const bool low_surrogate = rest.size() > 3 && rest[0] == '\\' && rest[1] == 'u' &&
                             core::lower(rest[2]) == 'd' && core::lower(rest[3]) >= 'c' &&
                             core::lower(rest[3]) <= 'f';
  return !low_surrogate;
}

std::string_view head_of(std::string_view text, std::size_t most, bool json) {
  std::size_t end = std::min(most, text.size());
  while (end > 0 && !may_cut(text, end, json)) --end;
  return text.substr(0, end);
}

std::string_view tail_of(std::string_view text, std::size_t most, bool json) {
  std::size_t begin = text.size() - std::min(most, text.size());
  while (begin < text.size() && !may_cut(text, begin, json)) ++begin;
  return text.substr(begin);
}

std::string hexadecimal(std::uint64_t value) {
  std::string text(16, '0');
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), value, 16).ptr;
  std::copy(digits.begin(), end, text.end() - (end - digits.begin()));
  return text;
}

std::string head_and_tail(std::string_view raw, bool json, std::size_t most) {
  const std::string between = " …[" + std::to_string(raw.size()) + " bytes]… ";
  if (most < between.size() + 2 * least_worth) return std::string{head_of(raw, most, json)};
  const std::size_t room = most - between.size();
  const std::string_view head = head_of(raw, room * 2 / 3, json);
  return std::string{head} + between + std::string{tail_of(raw, room - head.size(), json)};
}

// What an entry gains: its size, and the hash of the value that was shortened first, which is the same
// whenever the same value comes again.
std::string note_on(std::string_view line, const Entry& entry, std::uint64_t hash) {
  const std::string digits = hexadecimal(hash);
  if (!entry.json) return " [" + std::to_string(line.size()) + " bytes, " + digits + "]";
  // An entry that was shortened before has it, and is not long any more.
  const std::string_view end = line.substr(line.size() - std::min<std::size_t>(line.size(), 4096));
  if (!entry.object || end.find("\"originalSize\":") != std::string_view::npos) return {};
  return ",\"originalSize\":" + std::to_string(line.size()) + ",\"originalHash\":\"" + digits + '"';
}

}  // namespace

// Empty where the value is no error dump.
std::string Shortener::summary_of(std::string_view raw, bool json, std::size_t most) {
  if (most < 100) return {};
  diag::Analyser analyser;
  if (json) {
    std::string document = "[\"";
    document.append(raw).append("\"]");
    const auto parsed = json_.read(document);
    std::string_view text;
    if (!parsed || parsed->at(0).get(text) != simdjson::SUCCESS) return {};
    analyser.feed(text);
  } else {
    analyser.feed(raw);
  }
  const diag::Summary summary = analyser.finish();
  if (summary.total == 0) return {};
  const std::string size = "[" + std::to_string(raw.size()) + " bytes] ";
  // Escapes make the text longer: line ends alone cost two bytes for one.
  for (std::size_t budget = most - size.size(); budget >= diag::least_budget; budget = budget * 9 / 10 - 1) {
    std::string text = diag::render_text(summary, budget);
    while (text.ends_with('\n')) text.pop_back();
    std::string written;
    if (json) {
      store::append_json_string(written, text);
      written = written.substr(1, written.size() - 2);
    } else {
      written = text;
      std::ranges::replace(written, '\n', ';');
    }
    if (size.size() + written.size() <= most) return size + written;
  }
  return {};
}

std::string Shortener::made(std::string_view raw, bool json, std::size_t most) {
  std::string summary = summary_of(raw, json, most);
  return summary.empty() ? head_and_tail(raw, json, most) : summary;
}

std::string_view Shortener::shortened(std::string_view raw, std::uint64_t hash_of_raw, bool json,
                                      std::size_t most) {
  const std::uint64_t hash = core::combine(hash_of_raw, most * 2 + (json ? 1U : 0U));
  if (const auto known = known_.find(hash); known != known_.end()) return known->second;
  std::string text = made(raw, json, most);
  known_bytes_ += text.size();
  while (!order_.empty() && (order_.size() == remembered || known_bytes_ > most_bytes)) {
    const auto oldest = known_.find(order_.front());
    known_bytes_ -= oldest->second.size();
    known_.erase(oldest);
    order_.pop_front();
  }
  order_.push_back(hash);
  return known_.emplace(hash, std::move(text)).first->second;
}

bool Shortener::append_plain(std::string& out, std::string_view line, const Entry& entry) {
  const std::string_view text = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
  if (!EntryReader::may_hold_long_value(text, most_)) {
    out += line;
    return false;
  }
  const std::uint64_t hash = core::hash(text);
  std::string note = note_on(text, entry, hash);
  if (most_ < note.size() + least_worth) note.clear();
  out += shortened(text, hash, false, most_ - note.size());
  out += note;
  out += line.substr(text.size());
  return true;
}

bool Shortener::append(std::string& out, std::string_view line, const Entry& entry) {
  if (!entry.json) return append_plain(out, line, entry);
  std::string note;
  const std::size_t begin = out.size();
  std::size_t at = 0;
  bool any = false;
  for (const Entry::Value& value : entry.values) {
    const std::size_t size = value.raw.size();
    if (size <= most_) continue;
    const std::uint64_t hash = core::hash(value.raw.in(line));
    if (!any) note = note_on(line, entry, hash);
    // The first one pays for the note.
    const std::size_t spare = size - most_;
    const std::size_t owed = any ? 0 : note.size() - std::min(note.size(), spare);
    if (!any && most_ < owed + least_worth) note.clear();
    const std::size_t most = note.empty() ? most_ : most_ - owed;
    out.append(line, at, value.raw.begin - at);
    out += shortened(value.raw.in(line), hash, true, most);
    at = value.raw.end;
    any = true;
  }
  if (any && !note.empty()) {
    out.append(line, at, entry.end - at);
    out += note;
    at = entry.end;
  }
  out.append(line, at);
  if (out.size() - begin <= line.size()) return any;
  out.replace(begin, std::string::npos, line);
  return false;
}

}  // namespace longhaul::logrotd
