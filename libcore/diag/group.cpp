#include "diag/group.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/utf8.hpp"
#include "diag/template.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t kept_text = 240;
constexpr std::size_t kept_name = 80;
constexpr std::size_t kept_file = 1024;

// "src/a.py:12", or a test's file and name.
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

// Whether the finding may come before the example: told by its place alone, since most do not.
bool may_come_before(const Diagnostic& found, const Example& example) {
  if (found.file.empty() != example.file.empty()) return example.file.empty();
  const int file = found.file.substr(0, kept_file).compare(example.file);
  if (file != 0) return file < 0;
  if (found.line != example.line) return found.line < example.line;
  return found.column <= example.column;
}

}  // namespace

Example example_of(const Format& format, const Diagnostic& found) {
  return {.file = std::string{found.file.substr(0, kept_file)},
          .line = found.line,
          .column = found.column,
          .place = place_of(format, found),
          .message = kept_message(found),
          .name = core::utf8_shorten(found.name, kept_name)};
}

bool Example::operator<(const Example& other) const {
  if (file.empty() != other.file.empty()) return other.file.empty();
  return std::tie(file, line, column, place, message, name) <
         std::tie(other.file, other.line, other.column, other.place, other.message, other.name);
}

std::string_view first_sentence(std::string_view message) {
  message = message.substr(0, message.find('\n'));
  return message.ends_with('.') ? message.substr(0, message.size() - 1) : message;
}

std::string Group::common_message() const {
  std::string common = first().message;
  for (const Other& other : others) generalise(common, other.message);
  return common;
}

void Group::join(const Group& other) {
  count += other.count;
  fixable += other.fixable;
  files += other.files;
  for (const Example& each : other.examples) add_example(each);
  for (const Other& each : other.others) add_other(each.hash, each.message);
}

void Group::add_example(Example example) {
  const auto at = std::ranges::lower_bound(examples, example, std::less{});
  if (at != examples.end() && *at == example) return;
  examples.insert(at, std::move(example));
  if (examples.size() > most_examples) examples.pop_back();
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
  group.examples.push_back(example_of(format, found));
  return group;
}

void add_to(Group& group, const Format& format, const Diagnostic& found, std::uint64_t message_hash) {
  if (group.examples.size() < Group::most_examples || may_come_before(found, group.examples.back()))
    group.add_example(example_of(format, found));
  if (message_hash == 0 || !found.name.empty()) return;
  const auto& others = group.others;
  if (others.size() == Group::most_others && message_hash > others.back().hash) return;
  const auto known = std::ranges::find(others, message_hash, &Group::Other::hash);
  if (known == others.end() || known->message != found.message)
    group.add_other(message_hash, kept_message(found));
}

}  // namespace longhaul::diag
