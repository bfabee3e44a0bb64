#include "diag/group.hpp"

#include <algorithm>
#include <tuple>

#include "base/utf8.hpp"
#include "diag/template.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t kept_text = 240;
constexpr std::size_t kept_name = 80;
constexpr std::size_t kept_file = 1024;

// JSON keeps the lines of a message apart.
std::string in_one_line(const std::string& text) {
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) line.append(line.empty() ? "" : " ").append(text, at, end - at);
    at = std::min(text.find_first_not_of("\n ", end), text.size());
  }
  return line;
}

std::string kept_message(const Diagnostic& found) {
  return in_one_line(core::utf8_shorten(found.message, kept_text));
}

void show(Group& group, const Format& format, const Diagnostic& found) {
  group.first = place_of(format, found);
  group.first_file = found.file.substr(0, kept_file);
  group.first_line = found.line;
  group.first_column = found.column;
  group.name = core::utf8_shorten(found.name, kept_name);
  group.message = kept_message(found);
}

// Whether the finding is a better example: one with a file, and the first in it.
bool shows_before(const Format& format, const Diagnostic& found, const Group& group) {
  if (found.file.empty() != group.first_file.empty()) return group.first_file.empty();
  const int file = found.file.substr(0, kept_file).compare(group.first_file);
  if (file != 0) return file < 0;
  if (found.line != group.first_line) return found.line < group.first_line;
  if (found.column != group.first_column) return found.column < group.first_column;
  const int place = place_of(format, found).compare(group.first);
  if (place != 0) return place < 0;
  return std::tuple{kept_message(found), core::utf8_shorten(found.name, kept_name)} <
         std::tie(group.message, group.name);
}

}  // namespace

std::string place_of(const Format& format, const Diagnostic& found) {
  std::string place{found.file};
  if (format.kind == Kind::test_failure && !found.name.empty()) {
    if (!place.empty()) place += format.joint;
    place += found.name;
  } else if (found.line != 0) {
    place += ':' + std::to_string(found.line);
  }
  return core::utf8_shorten(place, kept_text);
}

std::string_view first_sentence(std::string_view message) {
  message = message.substr(0, message.find('\n'));
  return message.ends_with('.') ? message.substr(0, message.size() - 1) : message;
}

std::string Group::common_message() const {
  std::string common = message;
  for (const Other& other : others) generalise(common, other.message);
  return common;
}

bool Group::shows_before(const Group& other) const {
  if (first_file.empty() != other.first_file.empty()) return other.first_file.empty();
  return std::tie(first_file, first_line, first_column, first, message, name) <
         std::tie(other.first_file, other.first_line, other.first_column, other.first, other.message,
                  other.name);
}

void Group::join(const Group& other) {
  for (const Other& each : other.others) add_other(each.hash, each.message);
  if (!other.shows_before(*this)) return;
  first = other.first;
  first_file = other.first_file;
  first_line = other.first_line;
  first_column = other.first_column;
  name = other.name;
  message = other.message;
}

void Group::add_other(std::uint64_t hash, const std::string& said) {
  const auto at = std::ranges::lower_bound(others, hash, {}, &Other::hash);
  if (at != others.end() && at->hash == hash) {
    at->message = std::min(at->message, said);
    return;
  }
  others.insert(at, {hash, said});
  if (others.size() > most_others) others.pop_back();
}

Group group_for(const Format& format, const Diagnostic& found, std::uint64_t by) {
  Group group;
  group.code = core::utf8_shorten(found.code, kept_name);
  group.severity = found.severity;
  group.by = by;
  show(group, format, found);
  return group;
}

void add_example(Group& group, const Format& format, const Diagnostic& found, std::uint64_t message_hash) {
  if (shows_before(format, found, group)) show(group, format, found);
  if (message_hash == 0 || !found.name.empty()) return;
  const auto& others = group.others;
  if (others.size() == Group::most_others && message_hash > others.back().hash) return;
  const auto known = std::ranges::find(others, message_hash, &Group::Other::hash);
  if (known == others.end() || known->message != found.message)
    group.add_other(message_hash, kept_message(found));
}

}  // namespace longhaul::diag
