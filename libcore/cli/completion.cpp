#include "cli/completion.hpp"

#include <algorithm>
#include <utility>

#include "cli/completion_parts.hpp"
#include "cli/help.hpp"

namespace longhaul::cli {
namespace {

std::vector<CompletedCommand> completed(std::span<const Subcommand> commands, const Options& general) {
  std::vector<CompletedCommand> all;
  for (const auto& command : commands) {
    if (command.hidden) continue;
    CompletedCommand one{&command, {}};
    command.options(one.options);
    one.options.add_all(general);
    all.push_back(std::move(one));
  }
  return all;
}

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

Values values_of(const Option& option) {
  if (!option.choices.empty()) return Values::words;
  if (option.value_name == "FILE" || option.value_name == "PATH") return Values::files;
  if (option.value_name == "DIR") return Values::directories;
  return Values::none;
}

bool operands_are_files(const Options& options) {
  constexpr std::string_view names[] = {"FILE", "DIR", "PATH", "DB"};
  return options.operands().values != nullptr && contains(names, options.operands().name);
}

std::vector<std::string_view> groups(const CompletedTool& tool) {
  std::vector<std::string_view> words;
  for (const auto& [command, options] : tool.commands) {
    const auto word = command->first_word();
    if (!command->second_word().empty() && !contains(words, word)) words.push_back(word);
  }
  return words;
}

std::vector<CompletedWord> first_words(const CompletedTool& tool) {
  std::vector<CompletedWord> words;
  for (const auto& [command, options] : tool.commands) {
    const auto word = command->first_word();
    if (std::ranges::find(words, word, &CompletedWord::word) != words.end()) continue;
    words.push_back({word, command->second_word().empty() ? capitalised(command->about.summary)
                                                          : joined(second_words(tool, word), ", ")});
  }
  return words;
}

std::vector<CompletedWord> second_words(const CompletedTool& tool, std::string_view group) {
  std::vector<CompletedWord> words;
  for (const auto& [command, options] : tool.commands) {
    if (command->first_word() == group && !command->second_word().empty())
      words.push_back({command->second_word(), capitalised(command->about.summary)});
  }
  return words;
}

std::string options_with_value(const CompletedTool& tool, std::string_view separator) {
  std::vector<std::string_view> names;
  for (const auto& option : tool.options.all()) {
    if (option.hidden || option.value_name.empty()) continue;
    if (!option.short_name.empty()) names.push_back(option.short_name);
    names.push_back(option.long_name);
  }
  return joined(names, separator);
}

std::string joined(std::span<const std::string_view> words, std::string_view separator) {
  std::string text;
  for (const auto word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

std::string joined(std::span<const CompletedWord> words, std::string_view separator) {
  std::vector<std::string_view> bare;
  for (const auto& [word, meaning] : words) bare.push_back(word);
  return joined(bare, separator);
}

std::string escaped(std::string_view text, std::string_view special, std::string_view with_prefix) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += with_prefix;
    out += c;
  }
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out;
}

std::string header(std::string_view comment_start, std::string_view shell, std::string_view tool) {
  std::string line{comment_start};
  return line.append(" Written by: ").append(tool).append(" --emit-completion ").append(shell).append("\n");
}

std::string function_name(std::string_view tool, std::string_view command) {
  std::string name = "_" + std::string{tool};
  if (!command.empty()) name.append("__").append(command);
  for (char& c : name) {
    if (c == '-' || c == ' ') c = '_';
  }
  return name;
}

std::string completion_script(std::string_view shell, const About& about, const Options& options,
                              std::span<const Subcommand> commands) {
  const CompletedTool tool{about.name, options, completed(commands, options)};
  if (shell == "bash") return bash_script(tool);
  if (shell == "zsh") return zsh_script(tool);
  return fish_script(tool);
}

}  // namespace longhaul::cli
