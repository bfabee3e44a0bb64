#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"

namespace longhaul::cli {

// What an option was given, as text: the values in their order; "true" for a flag.
struct Given {
  const Option* option;
  std::vector<std::string> values;

  [[nodiscard]] bool is(std::string_view long_name) const { return option->long_name == long_name; }
};

struct CommandLine {
  std::vector<Given> given;
  std::vector<std::string> operands;      // before "--"
  std::vector<std::string> after_dashes;  // after "--", verbatim

  [[nodiscard]] bool has(std::string_view long_name) const {
    for (const auto& one : given) {
      if (one.is(long_name)) return true;
    }
    return false;
  }
};

// Splits a command line by the options' description; values are not looked at yet.
// Throws Error for an unknown option, a missing value, a value given to a flag.
CommandLine read_command_line(const Options& options, int argc, const char* const* argv);

// Whether the word is the name of an option whose value is the next word.
bool takes_next_word(const Options& options, std::string_view word);

// Says that the word may not stand where operands do, and where it may.
[[noreturn]] void refuse_operand(const Options& options, std::string_view word);

}  // namespace longhaul::cli
