// What the completion scripts of all shells are made from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/about.hpp"
#include "cli/options.hpp"
#include "cli/subcommand.hpp"

namespace longhaul::cli {

// A command that is not hidden, with its own options and the general ones behind them.
struct CompletedCommand {
  const Subcommand* command;
  Options options;
};

// A tool with one command has no `commands`; of one with several, `options` are the general ones.
struct CompletedTool {
  std::string_view name;
  const Options& options;
  std::vector<CompletedCommand> commands;
};

// A word that may follow, and what it means.
struct CompletedWord {
  std::string_view word;
  std::string meaning;
};

std::string bash_script(const CompletedTool& tool);
std::string zsh_script(const CompletedTool& tool);
std::string fish_script(const CompletedTool& tool);

enum class Values { none, words, files, directories };

Values values_of(const Option& option);
bool operands_are_files(const Options& options);

// The first words of the commands, and those first words that a second one follows.
std::vector<CompletedWord> first_words(const CompletedTool& tool);
std::vector<std::string_view> groups(const CompletedTool& tool);
std::vector<CompletedWord> second_words(const CompletedTool& tool, std::string_view group);

// The general options that take the next word, for a pattern: "--config".
std::string options_with_value(const CompletedTool& tool, std::string_view separator);

std::string joined(std::span<const std::string_view> words, std::string_view separator);
std::string joined(std::span<const CompletedWord> words, std::string_view separator);

// The text with each of the special characters replaced.
std::string escaped(std::string_view text, std::string_view special, std::string_view with_prefix);

// For use between single quotes in sh, zsh.
std::string in_quotes(std::string_view text);

std::string header(std::string_view comment_start, std::string_view shell, std::string_view tool);

// "_errsum"; for a command "_proctrack__pool_start".
std::string function_name(std::string_view tool, std::string_view command = {});

}  // namespace longhaul::cli
