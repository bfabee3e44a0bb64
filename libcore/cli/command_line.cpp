// The only file that includes CLI11: it takes seconds to compile. Here it splits the command line; help,
// messages and conversions are done from the options' own description.
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "cli/nearest.hpp"

namespace longhaul::cli {
namespace {

using Words = std::vector<std::string>;

// CLI11 reads "--tool= x" as "--tool x". The empty value becomes a word of its own.
Words with_empty_values_apart(const Options& options, int argc, const char* const* argv) {
  Words words;
  bool is_value = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--" && !is_value) {
      words.insert(words.end(), argv + i, argv + argc);
      break;
    }
    const bool empty_value = !is_value && word.starts_with("--") && word.find('=') == word.size() - 1;
    words.emplace_back(empty_value ? word.substr(0, word.size() - 1) : word);
    is_value = !is_value && takes_next_word(options, word);
    if (empty_value && takes_next_word(options, words.back())) words.emplace_back();
  }
  return words;
}

CLI::Option* declare(CLI::App& parser, const Option& option) {
  std::string names{option.short_name};
  if (!names.empty()) names += ',';
  names += option.long_name;
  if (option.value_name.empty()) return parser.add_flag(names)->disable_flag_override();
  const auto keep = [](const CLI::results_t&) { return true; };
  return parser.add_option(names, keep)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// CLI11's messages begin with the name of the option; the rest is said in our words.
[[noreturn]] void rethrow(const CLI::ArgumentMismatch& mismatch) {
  const std::string what = mismatch.what();
  const auto name = what.substr(0, what.find_first_of(": "));
  if (!name.starts_with('-')) throw core::Error{"--" + name, "takes no value"};
  throw core::Error{name, "needs a value"};
}

[[noreturn]] void throw_unknown(const Options& options, std::string_view word) {
  const auto name = word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
  std::vector<std::string_view> known;
  for (const auto& option : options.all()) {
    if (!option.hidden) known.push_back(option.long_name);
  }
  throw core::Error{name, "unknown option" + suggestion(name, known)};
}

// What CLI11 knew no option for, in its order: operands, unknown options, the first "--", what follows it. An
// option behind an operand is the option of a command whose "--" was left out, where there is such a command.
void take_remaining(const Options& options, Words remaining, CommandLine& line) {
  const auto dashes = std::ranges::find(remaining, "--");
  for (auto word = remaining.begin(); word != dashes; ++word) {
    if (word->size() > 1 && word->front() == '-') {
      if (options.takes_only_command() && !line.operands.empty())
        refuse_operand(options, line.operands.front());
      throw_unknown(options, *word);
    }
    line.operands.push_back(std::move(*word));
  }
  if (dashes == remaining.end()) return;
  line.after_dashes.assign(std::make_move_iterator(dashes + 1), std::make_move_iterator(remaining.end()));
}

}  // namespace

bool takes_next_word(const Options& options, std::string_view word) {
  return std::ranges::any_of(options.all(), [&](const Option& option) {
    return !option.value_name.empty() && (word == option.long_name || word == option.short_name);
  });
}

void refuse_operand(const Options& options, std::string_view word) {
  const std::string reason = "unexpected operand";
  throw core::Error{word, options.takes_only_command() ? reason + ": the command stands after --" : reason};
}

CommandLine read_command_line(const Options& options, int argc, const char* const* argv) {
  CLI::App parser;
  parser.set_help_flag();
  parser.allow_extras();
  std::vector<std::pair<const Option*, CLI::Option*>> declared;
  declared.reserve(options.all().size());
  for (const auto& option : options.all()) declared.emplace_back(&option, declare(parser, option));

  auto words = with_empty_values_apart(options, argc, argv);
  std::ranges::reverse(words);
  try {
    parser.parse(std::move(words));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    rethrow(mismatch);
  } catch (const CLI::Error& error) {
    throw core::Error{"", error.what()};
  }

  CommandLine line;
  take_remaining(options, parser.remaining(), line);
  for (const auto& [option, parsed] : declared) {
    if (parsed->count() == 0) continue;
    line.given.push_back({option, option->value_name.empty() ? Words{"true"} : parsed->results()});
  }
  return line;
}

}  // namespace longhaul::cli
