#include "store/json_elements.hpp"

#include <algorithm>
#include <cstring>

namespace longhaul::store {
namespace {

// What may stand between strings and brackets: blanks, commas, colons, numbers, true, false, null.
bool is_filler(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ',' || c == ':' || (c >= '0' && c <= '9') ||
         (c != 0 && std::strchr("+-.eEtrufalsn", c) != nullptr);
}

void append(std::string& to, std::string_view text, bool& too_large) {
  if (too_large) return;
  too_large = to.size() + text.size() > JsonElements::max_element;
  if (too_large)
    to.clear();
  else
    to += text;
}

}  // namespace

void JsonElements::begin() {
  open_.clear();
  key_.clear();
  place_.clear();
  members_.clear();
  element_.clear();
  root_.clear();
  left_out_ = 0;
  in_string_ = escaped_ = taking_ = taking_root_ = element_too_large_ = root_too_large_ = false;
}

// An element stands in a top-level array, or in an array that is a member of the top-level object.
bool JsonElements::in_array_of_elements() const {
  if (open_.size() == 1) return open_[0] == '[';
  return open_.size() == 2 && open_[0] == '{' && open_[1] == '[';
}

bool JsonElements::in_member_array() const { return open_.size() >= 2 && open_[0] == '{' && open_[1] == '['; }

void JsonElements::keep(std::string_view text) {
  keep_in_root(text);
  keep_in_element(text);
}

void JsonElements::keep_in_root(std::string_view text) {
  if (taking_root_ && !in_member_array()) append(root_, text, root_too_large_);
}

void JsonElements::keep_in_element(std::string_view text) {
  if (taking_) append(element_, text, element_too_large_);
}

void JsonElements::emit(std::string_view place, std::string& element, bool& too_large) {
  if (too_large)
    ++left_out_;
  else
    sink_(place, element);
  element.clear();
  too_large = false;
}

bool JsonElements::open(char bracket) {
  if (open_.size() == max_depth) return false;
  if (bracket == '{' && in_array_of_elements()) {
    taking_ = true;
    place_ = open_.size() == 1 ? "[]" : key_ + "[]";
  }
  const bool is_member = open_.size() == 1 && open_[0] == '{';
  if (is_member && members_.size() < most_members) members_.push_back(key_);
  open_.push_back(bracket);
  return true;
}

bool JsonElements::has_member(std::string_view name) const {
  return std::ranges::find(members_, name) != members_.end();
}

bool JsonElements::close(char bracket) {
  if (open_.empty() || open_.back() != (bracket == '}' ? '{' : '[')) return false;
  open_.pop_back();
  return true;
}

// Reads the rest of a string from `at` on, up to and with its closing quote or the end of the text.
void JsonElements::string(std::string_view text, std::size_t& at) {
  const bool names_member = open_.size() == 1 && open_[0] == '{';
  while (at < text.size()) {
    const char c = text[at++];
    if (escaped_)
      escaped_ = false;
    else if (c == '\\')
      escaped_ = true;
    else if (c == '"') {
      in_string_ = false;
      return;
    }
    if (names_member && key_.size() < 64) key_ += c;
  }
}

JsonElements::Status JsonElements::structural(char c) {
  const std::string_view one{&c, 1};
  switch (c) {
    case '"':
      in_string_ = true;
      if (open_.size() == 1) key_.clear();
      keep(one);
      return Status::more;
    case '{':
    case '[':
      if (open_.empty()) taking_root_ = c == '{';
      keep_in_root(one);
      if (!open(c)) return Status::malformed;
      keep_in_element(one);
      return Status::more;
    case '}':
    case ']':
      if (!close(c)) return Status::malformed;
      keep(one);
      break;
    default: return Status::malformed;
  }
  if (taking_ && in_array_of_elements()) {
    taking_ = false;
    emit(place_, element_, element_too_large_);
  }
  if (!open_.empty()) return Status::more;
  if (taking_root_) emit("", root_, root_too_large_);
  return Status::done;
}

JsonElements::Status JsonElements::feed(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = at;
    if (in_string_) {
      string(text, at);
      keep(text.substr(begin, at - begin));
      continue;
    }
    while (at < text.size() && is_filler(text[at])) ++at;
    if (at > begin) keep(text.substr(begin, at - begin));
    if (at == text.size()) break;
    if (const Status status = structural(text[at++]); status != Status::more) return status;
  }
  return Status::more;
}

}  // namespace longhaul::store
