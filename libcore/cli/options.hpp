#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "cli/about.hpp"

namespace longhaul::cli {

// One option as it was declared: parsing, help, completions and the checks of the man page all read this.
struct Option {
  std::string_view short_name;  // "-f", or empty
  std::string_view long_name;   // "--format", always there
  std::string value_name;       // "FORMAT"; empty for a flag
  std::string_view help;
  std::string_view heading;
  std::vector<std::string_view> choices;  // the only values allowed, where there are any
  bool repeatable = false;
  bool hidden = false;
  std::function<std::string(std::string_view value)>
      assign;                                  // returns what is wrong with the value, or nothing
  std::function<std::string()> shown_default;  // unset or empty: help shows none
  const bool* flag = nullptr;                  // what a flag is bound to
  std::optional<Role> role{};                  // of a run in which the flag is set
};

// What stands beside the options.
struct Operands {
  std::string_view name;  // "FILE"; empty where the tool takes none
  std::string_view help;
  std::vector<std::string>* values = nullptr;
};

struct Command {
  std::string_view help;
  std::vector<std::string>* words = nullptr;  // null where the tool takes none
  const bool* wanted = nullptr;               // null: always
  bool may_be_missing = false;
};

class Options;

// What a configuration file may have beside options: any number of [[name]], each with keys of its own.
struct Section {
  std::string_view name;
  std::string_view help;
  // Called for each one in the file: makes a variable for it and describes its options.
  std::function<void(Options& keys)> describe;
};

// A tool describes its options here, each once. Variables hold their defaults when they are bound, and must
// outlive the parsing; so must all texts, which are literals. A spec is "-f,--format" or "--format". An
// option takes exactly one value, so that it never swallows an operand; given twice, the last one counts.
class Options {
 public:
  // Options declared from here on are shown under this heading.
  void group(std::string_view heading) { heading_ = heading; }

  void flag(std::string_view spec, bool& set, std::string_view help);
  // Any text but the empty one.
  void text(std::string_view spec, std::string& value, std::string_view value_name, std::string_view help);
  void number(std::string_view spec, std::uint64_t& value, std::string_view value_name,
              std::string_view help);
  void number(std::string_view spec, int& value, std::string_view value_name, std::string_view help);

  // A part of a whole, above 0 and at most 1: "0.7", "70%". The value's name is FRACTION.
  void fraction(std::string_view spec, double& value, std::string_view help);

  // Bytes: "10MB", "4k", "500". The value's name is BYTES.
  void size(std::string_view spec, std::uint64_t& bytes, std::string_view help);

  // "500ms", "6h", "30". The value's name is TIME.
  void duration(std::string_view spec, std::chrono::nanoseconds& value, std::string_view help);

  // A number in a unit of the tool's own: read by `parse`, shown by `show`, which may say nothing.
  void quantity(std::string_view spec, double& value, std::string_view value_name,
                std::function<core::Result<double>(std::string_view)> parse,
                std::function<std::string(double)> show, std::string_view help);

  // One of the allowed words. The value's name is the option's in capitals: FORMAT for --format.
  void choice(std::string_view spec, std::string& value, std::initializer_list<std::string_view> allowed,
              std::string_view help);

  // As above, for an enum: {{"text", Format::text}, {"json", Format::json}}.
  template <class T>
  void choice(std::string_view spec, T& value, std::initializer_list<std::pair<std::string_view, T>> allowed,
              std::string_view help);

  // May be given several times, one value each time.
  void list(std::string_view spec, std::vector<std::string>& values, std::string_view value_name,
            std::string_view help);

  // The operands. A word after "--" is an operand even if it begins with '-'.
  void files(std::string_view name, std::vector<std::string>& values, std::string_view help);

  // Everything after "--", kept verbatim; one word at least is required. Where a flag's variable is given as
  // `wanted`, this holds only if that flag is set, which makes a wrapper of the tool: its trouble ends with
  // status 125.
  void command(std::vector<std::string>& words, std::string_view help, const bool* wanted = nullptr);

  // The same for a command that may be missing: where there is one, the tool is a wrapper.
  void command_if_given(std::vector<std::string>& words, std::string_view help);

  // A run in which the flag declared last is set has this role, whatever the tool's own is.
  void role_of_last(Role role) { options_.back().role = role; }

  void section(std::string_view name, std::string_view help, std::function<void(Options& keys)> describe);

  [[nodiscard]] std::span<const Section> sections() const { return sections_; }
  [[nodiscard]] std::span<const Option> all() const { return options_; }
  [[nodiscard]] const Operands& operands() const { return operands_; }
  [[nodiscard]] const Command& command() const { return command_; }
  // No word may stand beside the options but those of a command after "--".
  [[nodiscard]] bool takes_only_command() const {
    return command_.words != nullptr && command_.wanted == nullptr && operands_.values == nullptr;
  }

  // Declares what another declared, bound to the same variables.
  void add_all(const Options& other) {
    options_.insert(options_.end(), other.options_.begin(), other.options_.end());
  }

  // Keeps the option declared last out of help, completions and the man page.
  void hide_last() { options_.back().hidden = true; }

 private:
  Option& add(std::string_view spec, std::string value_name, std::string_view help);
  Option& add_choice(std::string_view spec, std::vector<std::string_view> allowed, std::string_view help);

  std::vector<Option> options_;
  Operands operands_;
  Command command_;
  std::vector<Section> sections_;
  std::string_view heading_ = "Options";
};

template <class T>
void Options::choice(std::string_view spec, T& value,
                     std::initializer_list<std::pair<std::string_view, T>> allowed, std::string_view help) {
  const std::vector<std::pair<std::string_view, T>> table{allowed};
  std::vector<std::string_view> words;
  words.reserve(table.size());
  for (const auto& [word, meaning] : table) words.push_back(word);

  Option& option = add_choice(spec, std::move(words), help);
  option.assign = [&value, table](std::string_view given) {
    for (const auto& [word, meaning] : table) {
      if (word == given) value = meaning;
    }
    return std::string{};
  };
  option.shown_default = [&value, table] {
    for (const auto& [word, meaning] : table) {
      if (meaning == value) return std::string{word};
    }
    return std::string{};
  };
}

}  // namespace longhaul::cli
