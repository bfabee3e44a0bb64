#include "cli/command_choice.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/nearest.hpp"

namespace longhaul::cli {
namespace {

bool is_general(const Options& general, std::string_view word) {
  const auto name = word.substr(0, word.find('='));
  return std::ranges::any_of(general.all(), [&](const Option& option) {
    return name == option.long_name || name == option.short_name;
  });
}

// The first words that can name a command, as many as it takes, where the scan ended, and the first option
// before that is no general one.
struct Scan {
  std::vector<std::size_t> places;
  std::size_t end = 1;
  std::string_view strange_option;
};

Scan scan(const Options& general, std::span<char* const> words) {
  constexpr std::size_t most_words = 2;
  Scan found;
  auto& i = found.end;
  for (; i < words.size() && found.places.size() < most_words; ++i) {
    const std::string_view word = words[i];
    if (word == "--") break;
    if (word.size() < 2 || word.front() != '-')
      found.places.push_back(i);
    else if (takes_next_word(general, word))
      ++i;
    else if (found.strange_option.empty() && !is_general(general, word))
      found.strange_option = word;
  }
  return found;
}

bool is_first_of_two(std::span<const Subcommand> commands, std::string_view word) {
  return std::ranges::any_of(commands, [&](const Subcommand& command) {
    return command.first_word() == word && !command.second_word().empty();
  });
}

// A word that is no command may be the value of an option that stands where it is not known.
[[noreturn]] void throw_unknown(const Scan& found, const std::string& said,
                                const std::vector<std::string>& known) {
  if (!found.strange_option.empty())
    throw core::Error{found.strange_option, "the options of a command stand after it"};
  const std::vector<std::string_view> names{known.begin(), known.end()};
  throw core::Error{said, "unknown command" + suggestion(said, names)};
}

[[noreturn]] void throw_unknown_first(std::span<const Subcommand> commands, const Scan& found,
                                      const std::string& word) {
  const auto words = first_words(commands);
  throw_unknown(found, word, {words.begin(), words.end()});
}

[[noreturn]] void throw_unknown_second(std::span<const Subcommand> commands, const Scan& found,
                                       const std::string& first, const std::string& second) {
  std::vector<std::string> known;
  for (const auto word : second_words(commands, first)) known.push_back(first + ' ' + std::string{word});
  throw_unknown(found, first + ' ' + second, known);
}

}  // namespace

Choice choose_command(std::span<const Subcommand> commands, const Options& general, int argc, char** argv) {
  Choice choice;
  choice.rest.assign(argv, argv + argc);
  const auto found = scan(general, choice.rest);
  if (found.places.empty()) {
    choice.rest.resize(std::min(found.end, choice.rest.size()));
    return choice;
  }

  const auto take_out = [&](std::size_t place) {
    choice.rest.erase(choice.rest.begin() + static_cast<std::ptrdiff_t>(place));
  };
  const std::string_view first = argv[found.places[0]];
  const std::string_view second =
      found.places.size() > 1 ? std::string_view{argv[found.places[1]]} : std::string_view{};
  const bool two_words = is_first_of_two(commands, first);
  for (const auto& command : commands) {
    if (command.first_word() == first && (!two_words || command.second_word() == second))
      choice.command = &command;
  }
  if (choice.command == nullptr && !two_words) throw_unknown_first(commands, found, std::string{first});
  if (choice.command == nullptr && found.places.size() > 1)
    throw_unknown_second(commands, found, std::string{first}, std::string{second});
  if (choice.command == nullptr) {
    choice.group = first;
    choice.rest.resize(std::min(found.end, choice.rest.size()));
  }

  if (two_words && found.places.size() > 1) take_out(found.places[1]);
  take_out(found.places[0]);
  return choice;
}

}  // namespace longhaul::cli
