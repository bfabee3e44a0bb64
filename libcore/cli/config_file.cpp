// The only file that includes toml++, which takes seconds to compile.
#include "cli/config_file.hpp"

// What is wrong in a file has to end in a message: toml++ 3.3 asserts that a key follows on "[[", and with
// NDEBUG takes it for granted.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::cli {
namespace {

constexpr std::size_t longest_file = 1024 * 1024;

class Reader {
 public:
  Reader(std::string_view name, std::span<const std::string_view> groups) : name_{name}, groups_{groups} {}

  Config read(const toml::table& document) const {
    Config config;
    for (const auto& [key, node] : document) {
      if (node.is_table() || node.is_array_of_tables())
        add_sections(std::string{key.str()}, node, config.sections);
      else
        config.entries.push_back(entry_of(key, node));
    }
    std::ranges::sort(config.entries, {}, &ConfigEntry::line);
    std::ranges::sort(config.sections, {}, &ConfigSection::line);
    return config;
  }

  [[noreturn]] void fail(std::size_t line, std::string_view reason) const {
    throw core::Error{name_ + ":" + std::to_string(line), reason};
  }

 private:
  static std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

  void add_sections(const std::string& name, const toml::node& node,
                    std::vector<ConfigSection>& sections) const {
    if (const toml::table* one = node.as_table()) {
      if (std::ranges::find(groups_, name) != groups_.end())
        add_group(name, *one, sections);
      else
        sections.push_back(section_of(name, *one));
      return;
    }
    for (const toml::node& each : *node.as_array()) sections.push_back(section_of(name, *each.as_table()));
  }

  // Keys that stand in the group itself are a section of its name.
  void add_group(const std::string& name, const toml::table& group,
                 std::vector<ConfigSection>& sections) const {
    ConfigSection own{name, {}, line_of(group)};
    for (const auto& [key, node] : group) {
      if (node.is_table() || node.is_array_of_tables())
        add_sections(name + "." + std::string{key.str()}, node, sections);
      else
        own.entries.push_back(entry_of(key, node));
    }
    std::ranges::sort(own.entries, {}, &ConfigEntry::line);
    if (!own.entries.empty()) sections.push_back(std::move(own));
  }

  ConfigSection section_of(const std::string& name, const toml::table& table) const {
    ConfigSection section{name, {}, line_of(table)};
    for (const auto& [key, node] : table) {
      if (node.is_table() || node.is_array_of_tables())
        fail(line_of(node), "'" + std::string{key.str()} + "' is a section within a section");
      section.entries.push_back(entry_of(key, node));
    }
    std::ranges::sort(section.entries, {}, &ConfigEntry::line);
    return section;
  }

  ConfigEntry entry_of(const toml::key& key, const toml::node& node) const {
    ConfigEntry entry{std::string{key.str()}, {}, key.source().begin.line};
    if (const toml::array* array = node.as_array())
      for (const toml::node& each : *array) entry.values.push_back(text_of(each, entry));
    else
      entry.values.push_back(text_of(node, entry));
    return entry;
  }

  std::string text_of(const toml::node& node, const ConfigEntry& entry) const {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* number = node.as_floating_point()) {
      std::array<char, 32> digits{};
      return {digits.data(), std::to_chars(digits.begin(), digits.end(), number->get()).ptr};
    }
    fail(entry.line,
         "the value of '" + entry.key + "' is no text, number, true or false, nor an array of them");
  }

  std::string name_;
  std::span<const std::string_view> groups_;
};

// toml++'s words, which may go over several sentences, as one reason.
std::string reason_of(std::string_view description) {
  std::string reason{description};
  std::ranges::replace(reason, '\n', ' ');
  if (!reason.empty()) reason.front() = core::lower(reason.front());
  return reason;
}

}  // namespace

Config parse_config(std::string_view text, std::string_view name, std::span<const std::string_view> groups) {
  const Reader reader{name, groups};
  try {
    return reader.read(toml::parse(text, name));
  } catch (const toml::parse_error& error) {
    reader.fail(error.source().begin.line, reason_of(error.description()));
  }
}

Config read_config(std::string_view path, std::span<const std::string_view> groups) {
  const auto name = core::input_name(path);
  const auto file = core::open_input(path);
  std::string text;
  std::array<char, 16 * 1024> buffer;
  while (const auto count = core::read_some(file.get(), buffer, name)) {
    text.append(buffer.data(), count);
    if (text.size() > longest_file) throw core::Error{name, "longer than 1 MiB, which is no configuration"};
  }
  return parse_config(text, name, groups);
}

}  // namespace longhaul::cli
