#include "cli/subcommand.hpp"

#include <algorithm>

namespace longhaul::cli {

std::vector<std::string_view> first_words(std::span<const Subcommand> commands) {
  std::vector<std::string_view> words;
  for (const auto& command : commands) {
    if (!command.hidden && std::ranges::find(words, command.first_word()) == words.end())
      words.push_back(command.first_word());
  }
  return words;
}

std::vector<std::string_view> second_words(std::span<const Subcommand> commands, std::string_view first) {
  std::vector<std::string_view> words;
  for (const auto& command : commands) {
    if (!command.hidden && command.first_word() == first && !command.second_word().empty())
      words.push_back(command.second_word());
  }
  return words;
}

}  // namespace longhaul::cli
