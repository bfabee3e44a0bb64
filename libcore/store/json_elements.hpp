// Splits a JSON document into elements small enough to parse, while it streams in: a linter's report of a
// gigabyte is read in the memory of its largest element, and of what stands around the elements.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace longhaul::store {

class JsonElements {
 public:
  // Larger elements are left out and counted.
  static constexpr std::size_t max_element = std::size_t{4} << 20U;
  static constexpr std::size_t max_depth = 256;
  static constexpr std::size_t most_members = 32;

  // Called with the place of an element and its text: "[]" for the members of a top-level array, "key[]" for
  // those of an array that is a member of the top-level object, "" for the top-level object itself, in which
  // such arrays are empty.
  using Sink = std::function<void(std::string_view place, std::string_view element)>;

  enum class Status : std::uint8_t { more, done, malformed };

  explicit JsonElements(Sink sink) : sink_{std::move(sink)} {}

  void begin();
  // Reads on until the document ends; what follows it in `text` is ignored.
  Status feed(std::string_view text);
  // Elements too large, since begin().
  std::uint64_t left_out() const { return left_out_; }
  // Whether the top-level object has, so far, a member of this name that is an object or an array. Of members
  // beyond the first `most_members` nothing is known.
  bool has_member(std::string_view name) const;

 private:
  void string(std::string_view text, std::size_t& at);
  bool open(char bracket);
  bool close(char bracket);
  // Takes a quote or a bracket; what that does to the document.
  Status structural(char c);
  bool in_array_of_elements() const;
  bool in_member_array() const;
  void keep(std::string_view text);
  void keep_in_root(std::string_view text);
  void keep_in_element(std::string_view text);
  void emit(std::string_view place, std::string& element, bool& too_large);

  Sink sink_;
  std::vector<char> open_;   // brackets
  std::string key_, place_;  // last member name of the top-level object; where elements are
  std::vector<std::string> members_;
  std::string element_, root_;
  bool in_string_ = false, escaped_ = false, taking_ = false, taking_root_ = false;
  bool element_too_large_ = false, root_too_large_ = false;
  std::uint64_t left_out_ = 0;
};

}  // namespace longhaul::store
