#include "cli/settings.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "base/error.hpp"
#include "cli/config_file.hpp"
#include "cli/nearest.hpp"

namespace longhaul::cli {
namespace {

std::string problem_with(const Option& option, std::string_view value) {
  if (!option.choices.empty() && std::ranges::find(option.choices, value) == option.choices.end()) {
    std::string problem = "'" + std::string{value} + "' is not one of: ";
    for (const auto choice : option.choices) problem.append(choice).append(", ");
    problem.resize(problem.size() - 2);
    return problem + suggestion(value, option.choices);
  }
  return option.assign(value);
}

void assign(const Option& option, const std::vector<std::string>& values, std::string_view subject) {
  for (const auto& value : values) {
    if (const auto problem = problem_with(option, value); !problem.empty())
      throw core::Error{subject, problem};
  }
}

using Overridden = std::function<bool(const Option&)>;

const Option& option_of_key(const Options& options, const ConfigEntry& entry, std::string_view subject) {
  std::vector<std::string_view> keys;
  for (const auto& option : options.all()) {
    const auto key = option.long_name.substr(2);
    if (option.hidden || key == "help" || key == "version" || key == "config") continue;
    if (key == entry.key) return option;
    keys.push_back(key);
  }
  throw core::Error{subject, "unknown key '" + entry.key + "'" + suggestion(entry.key, keys)};
}

void check_shape(const Option& option, const ConfigEntry& entry, std::string_view subject) {
  if (entry.values.size() != 1 && !option.repeatable)
    throw core::Error{subject, "'" + entry.key + "' takes one value, not an array"};
  const bool is_boolean =
      entry.values.size() == 1 && (entry.values[0] == "true" || entry.values[0] == "false");
  if (option.value_name.empty() && !is_boolean)
    throw core::Error{subject, "'" + entry.key + "' is true or false"};
}

// A key that something stronger gives too is checked by name and shape only.
void apply_entries(const Options& options, const std::vector<ConfigEntry>& entries,
                   const Overridden& overridden, const std::string& path) {
  for (const auto& entry : entries) {
    const auto subject = path + ":" + std::to_string(entry.line);
    const auto& option = option_of_key(options, entry, subject);
    check_shape(option, entry, subject);
    if (!overridden(option)) assign(option, entry.values, subject + ": " + entry.key);
  }
}

std::string table_name(const Subcommand& command) {
  std::string name{command.about.name};
  std::ranges::replace(name, ' ', '.');
  return name;
}

std::vector<std::string> table_names(std::span<const Subcommand> commands) {
  std::vector<std::string> names;
  for (const auto& command : commands) {
    if (!command.hidden) names.push_back(table_name(command));
  }
  return names;
}

// The first words of commands of two.
std::vector<std::string_view> table_groups(std::span<const Subcommand> commands) {
  auto words = first_words(commands);
  std::erase_if(words, [&](std::string_view word) { return second_words(commands, word).empty(); });
  return words;
}

const Section& section_named(const Options& options, const ConfigSection& given,
                             const std::vector<std::string>& tables, const std::string& path) {
  std::vector<std::string_view> names{tables.begin(), tables.end()};
  for (const auto& section : options.sections()) {
    if (section.name == given.name) return section;
    names.push_back(section.name);
  }
  throw core::Error{path + ":" + std::to_string(given.line),
                    "unknown section '" + given.name + "'" + suggestion(given.name, names)};
}

bool has_key(const std::vector<ConfigEntry>& entries, const Option& option) {
  return std::ranges::find(entries, option.long_name.substr(2), &ConfigEntry::key) != entries.end();
}

// The command line overrides the table of the command, which overrides the keys at top level. The tables of
// other commands are not looked at.
void apply_config(const Options& options, const CommandLine& line, const std::string& path,
                  const CommandTables& tables) {
  const Config config = read_config(path, table_groups(tables.commands));
  const auto names = table_names(tables.commands);
  const auto running = tables.running == nullptr ? std::string{} : table_name(*tables.running);
  std::vector<ConfigEntry> own;
  for (const auto& given : config.sections) {
    if (std::ranges::find(names, given.name) == names.end()) {
      Options keys;
      section_named(options, given, names, path).describe(keys);
      apply_entries(
          keys, given.entries, [](const Option&) { return false; }, path);
    } else if (given.name == running) {
      std::ranges::copy(given.entries, std::back_inserter(own));
    }
  }
  const auto in_line = [&](const Option& option) { return line.has(option.long_name); };
  const auto in_table = [&](const Option& option) { return in_line(option) || has_key(own, option); };
  apply_entries(options, config.entries, in_table, path);
  apply_entries(options, own, in_line, path);
}

// Without a command a wrong configuration is named all the same.
void check_config(const std::string& path, std::span<const Subcommand> commands) {
  Options any;
  for (const auto& command : commands) {
    if (!command.hidden) command.options(any);
  }
  apply_config(any, {}, path, {.commands = commands});
}

std::string_view name_of_flag(const Options& options, const bool* flag) {
  const auto found = std::ranges::find(options.all(), flag, &Option::flag);
  return found == options.all().end() ? std::string_view{"--"} : found->long_name;
}

void take_command(const Options& options, CommandLine& line) {
  const auto& command = options.command();
  const bool always = command.wanted == nullptr;
  if (options.takes_only_command() && !line.operands.empty()) refuse_operand(options, line.operands.front());
  if (line.after_dashes.empty())
    throw core::Error{always ? std::string_view{} : name_of_flag(options, command.wanted),
                      "needs a command after --"};
  if (!always && !line.operands.empty())
    throw core::Error{line.operands.front(), "unexpected operand before the command"};
  *command.words = std::move(line.after_dashes);
}

void apply_operands(const Options& options, CommandLine& line) {
  const auto& command = options.command();
  const bool is_missing = command.may_be_missing && line.after_dashes.empty();
  if (command.words != nullptr && !is_missing && (command.wanted == nullptr || *command.wanted))
    take_command(options, line);
  else
    std::ranges::move(line.after_dashes, std::back_inserter(line.operands));
  if (line.operands.empty()) return;
  if (options.operands().values == nullptr) refuse_operand(options, line.operands.front());
  *options.operands().values = std::move(line.operands);
}

}  // namespace

void apply(const Options& options, CommandLine line, const CommandTables& tables,
           const ConfigTrouble& trouble) {
  for (const auto& one : line.given) {
    if (!one.is("--config")) continue;
    try {
      if (!tables.commands.empty() && tables.running == nullptr)
        check_config(one.values.back(), tables.commands);
      else
        apply_config(options, line, one.values.back(), tables);
    } catch (const core::Error& error) {
      if (!trouble) throw;
      trouble(error);
    }
  }
  for (const auto& one : line.given) {
    const auto name = one.option->long_name;
    assign(*one.option, one.option->repeatable ? one.values : std::vector{one.values.back()}, name);
  }
  apply_operands(options, line);
}

}  // namespace longhaul::cli
